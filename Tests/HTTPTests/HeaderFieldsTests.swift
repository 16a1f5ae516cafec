import HTTP
import Testing

@Suite struct HeaderFieldsTests {
    @Test("names are found whatever their case was, in order")
    func lookup() {
        var fields: HeaderFields = ["Accept": "a", "X": "1", "ACCEPT": "b, ,c "]
        #expect(fields["accept"] == "a")
        #expect(fields.all("accept") == ["a", "b, ,c "])
        #expect(fields.list("accept") == ["a", "b", "c"])
        #expect(fields.list("accept", has: "c") && !fields.list("accept", has: "d"))
        fields.set("Accept", "z")
        #expect(fields.all("accept") == ["z"] && fields.count == 2)
        fields.remove("ACCEPT")
        #expect(fields["accept"] == nil)
    }
}

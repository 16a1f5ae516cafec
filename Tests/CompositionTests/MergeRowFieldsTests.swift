import Core
import Testing

@testable import Composition

@Suite struct MergeRowFieldsTests {
    @Test("fields are found whatever order they were given in, and stand by name")
    func order() {
        let names = ["m", "a", "z", "city", "b", "a.b", "zz"]
        var fields = MergeRow.Fields()
        for (number, name) in names.enumerated() { fields[name] = .number(Double(number)) }
        for (number, name) in names.enumerated() {
            #expect(fields[name] == .number(Double(number)))
        }
        #expect(fields.all.map(\.name) == names.sorted())
        fields["city"] = .text("Łódź")
        fields["b"] = nil
        fields["none"] = nil
        #expect(fields["city"] == .text("Łódź"))
        #expect(fields["b"] == nil && fields["none"] == nil && fields.count == names.count - 1)
    }

    @Test("asked for in order, each is found, those between that are missing are not")
    func inOrder() {
        var fields = MergeRow.Fields()
        for name in ["b", "d", "f"] { fields[name] = .text(name) }
        var place = 0
        let found = ["a", "b", "c", "d", "e", "f", "g"].map { fields.value(of: $0, from: &place) }
        #expect(found == [nil, .text("b"), nil, .text("d"), nil, .text("f"), nil])
    }

    @Test("fields that nobody asks for do not hide those that are asked for")
    func others() {
        var fields = MergeRow.Fields()
        for name in ["a", "b", "c", "x"] { fields[name] = .text(name) }
        var place = 0
        #expect(fields.value(of: "b", from: &place) == .text("b"))
        #expect(fields.value(of: "x", from: &place) == .text("x"))
    }

    @Test("A row is read as it was written, whatever its texts hold")
    func bytes() throws {
        let hostile = "\"},\\\n\u{0}\u{2028}é{{"
        var row = MergeRow(now: Instant(milliseconds: -5))
        #expect(try MergeRow(row.bytes) == row)
        let values: [FieldValue] = [
            .text(hostile), .number(2), .number(-0.5), .flag(false), .date(.epoch),
            .span(.days(2)), .list([hostile, ""]), .text(""),
        ]
        for (number, value) in values.enumerated() {
            row.fields["f\(number)\(number == 3 ? hostile : "")"] = value
        }
        row.segments = ["a": true, hostile: false]
        row.answers = [hostile: true, "points > 3": false]
        row.coupons = ["pool": hostile, hostile: "CODE"]
        row.choices.slots = [
            .init(name: "hero", alternative: hostile), .init(name: hostile, alternative: nil),
        ]
        row.choices.blocks = [[], ["a", hostile]]
        row.targets = [.init(link: 3, url: hostile)]
        #expect(try MergeRow(row.bytes) == row)
    }
}

import Testing

@testable import Bench

@Suite struct ProfileTableTests {
    @Test(
        "a cell is quoted when it must be (RFC 4180 §2)",
        arguments: [
            ("plain", "plain"), ("", ""), ("a,b", "\"a,b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("two\r\nlines", "\"two\r\nlines\""), ("\"", "\"\"\"\""),
        ])
    func quotes(cell: String, expected: String) {
        #expect(ProfileTable.quoted(cell) == expected)
    }

    @Test("a table has a byte order mark, a header, everybody, and the bad rows in the middle")
    func table() {
        let people = Population(count: 800).people
        let text = ProfileTable.csv(people)
        #expect(text.hasPrefix("\u{FEFF}email,first_name,last_name,country\r\n"))
        let starts = Set(text.split(separator: "\r\n").map { String($0.prefix { $0 != "," }) })
        #expect(starts.isSuperset(of: people.map(\.email)))
        for row in ProfileTable.badRows { #expect(text.contains("\r\n\(row)\r\n")) }
        #expect(text.hasSuffix("\r\n"))
    }
}

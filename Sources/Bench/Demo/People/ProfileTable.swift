/// Writes profiles as a spreadsheet would: CSV (RFC 4180) with byte order mark and CRLF.
enum ProfileTable {
    /// Rows that no import should take: no address, half an address, an open quote's worth of
    /// columns. They stand in the middle, so that what follows proves that the rest goes on.
    static let badRows = [
        "not an address,Nobody,,DE", ",Nameless,,AT", "two@at@signs.example,Nobody,,CH",
    ]

    /// The lines on which the bad rows begin, from 1. A quoted cell may hold line ends.
    static func badLines(_ people: [Person]) -> [Int] {
        let before = people.prefix(people.count / 2).reduce(2) { line, person in
            line + 1
                + [person.firstName, person.lastName].reduce(0) { count, name in
                    count + (name ?? "").utf8.count { $0 == 0x0A }
                }
        }
        return badRows.indices.map { before + $0 }
    }

    static func csv(_ people: [Person]) -> String {
        var text = "\u{FEFF}email,first_name,last_name,country\r\n"
        for (number, person) in people.enumerated() {
            if number == people.count / 2 { text += badRows.map { $0 + "\r\n" }.joined() }
            let cells = [
                person.email, person.firstName ?? "", person.lastName ?? "", person.country ?? "",
            ]
            text += cells.map(quoted).joined(separator: ",") + "\r\n"
        }
        return text
    }

    /// A cell, in quotes when it needs them.
    static func quoted(_ cell: String) -> String {
        let special: Set<Unicode.Scalar> = ["\"", ",", "\r", "\n"]
        guard cell.unicodeScalars.contains(where: special.contains) else { return cell }
        let parts = cell.split(separator: "\"", omittingEmptySubsequences: false)
        return "\"" + parts.joined(separator: "\"\"") + "\""
    }
}

package import Core

/// Rows of people on their way into the store, read and checked: all texts in one run of octets and
/// all cells in one array, so that a row allocates nothing.
package struct PeopleChunk: Sendable {
    package enum Cell: Sendable {
        /// The row says nothing of this field.
        case kept
        case missing
        /// Octets of `bytes`: UTF-8 in NFC.
        case text(Range<Int>)
        /// For a decaying score: the raw sum.
        case real(Double)
        case integer(Int64)
    }

    package struct Row: Sendable {
        /// The line of the file in which it begins, from 1.
        package var line: Int
        /// Octets of `bytes`: a checked address.
        package var email: Range<Int>
        package var status: ProfileStatus?
        /// A field that a new profile must have and that the row does not name.
        package var lacks: String?
        /// Whether the address stands on an earlier row too.
        package var isRepeated: Bool
        /// Tags and topics, in `lists`; nil when it has none.
        package var list: Int?

        package init(
            line: Int, email: Range<Int>, status: ProfileStatus? = nil, lacks: String? = nil,
            isRepeated: Bool = false, list: Int? = nil
        ) {
            self.line = line
            self.email = email
            self.status = status
            self.lacks = lacks
            self.isRepeated = isRepeated
            self.list = list
        }
    }

    package struct List: Sendable {
        package var tags: [String]
        package var topics: [(name: String, subscribed: Bool)]

        package init(tags: [String], topics: [(name: String, subscribed: Bool)]) {
            self.tags = tags
            self.topics = topics
        }
    }

    /// The fields of the rows, in the order of their cells.
    package let columns: [FieldColumn]
    package var rows: [Row] = []
    /// `columns.count` for each row.
    package var cells: [Cell] = []
    package var lists: [List] = []
    package var bytes: [UInt8] = []

    package init(columns: [FieldColumn]) {
        self.columns = columns
    }

    package func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    /// The cell as a value of its field.
    func value(_ cell: Cell, of column: FieldColumn) -> FieldValue {
        switch cell {
        case .kept, .missing: .missing
        case .text(let range): .text(text(range))
        case .real(let number): .number(number)
        case .integer(let n):
            column.type == .flag ? .flag(n != 0) : .date(Instant(milliseconds: n))
        }
    }
}

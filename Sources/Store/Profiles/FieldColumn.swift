package import Core

/// A declared field as the store keeps it: a typed column of `profile`.
package struct FieldColumn: Hashable, Sendable {
    /// Lower-case letters, digits, `.`, `_`, `-`; starts with a letter; at most 64 octets.
    package var name: String
    package var type: FieldType
    /// For a score that fades: points lose half their weight in this time.
    package var halfLife: TimeSpan?
    /// The most a score can be.
    package var cap: Double?
    /// L of forward decay; chosen by the store when the field is declared.
    package var landmark: Instant
    /// Whether every change is kept.
    package var keepsHistory: Bool

    package init(
        name: String, type: FieldType, halfLife: TimeSpan? = nil, cap: Double? = nil,
        landmark: Instant = .epoch, keepsHistory: Bool = false
    ) {
        self.keepsHistory = keepsHistory
        self.name = name
        self.type = type
        self.halfLife = halfLife
        self.cap = cap
        self.landmark = landmark
    }

    /// Names that are taken by the profile itself.
    package static let reserved: Set<String> = [
        "id", "email", "status", "created", "updated", "soft_bounces", "rowid", "tags", "topics",
    ]

    package static func isValidName(_ name: String) -> Bool {
        guard let first = name.utf8.first, (0x61...0x7A).contains(first), name.utf8.count <= 64
        else { return false }
        return name.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2E
                || byte == 0x5F || byte == 0x2D
        }
    }

    /// The column's name in SQL; names are checked, so quoting is enough.
    package var sql: String { "\"\(name)\"" }

    var affinity: String {
        switch type {
        case .text, .choice: "TEXT"
        case .number, .score: "REAL"
        case .flag, .date: "INTEGER"
        }
    }

    func value(_ row: Row, _ column: Int32) -> FieldValue {
        guard !row.isNull(column) else { return .missing }
        return switch type {
        case .text, .choice: .text(row.text(column))
        case .number, .score: .number(row.real(column))
        case .flag: .flag(row.integer(column) != 0)
        case .date: .date(Instant(milliseconds: row.integer(column)))
        }
    }

    /// A stored value as one of the field; missing when it is none.
    package func value(_ stored: SQLValue) -> FieldValue {
        switch (type, stored) {
        case (.text, .text(let text)), (.choice, .text(let text)): .text(text)
        case (.number, .real(let n)), (.score, .real(let n)): .number(n)
        case (.number, .integer(let n)), (.score, .integer(let n)): .number(Double(n))
        case (.flag, .integer(let n)): .flag(n != 0)
        case (.date, .integer(let n)): .date(Instant(milliseconds: n))
        default: .missing
        }
    }

    /// The value to bind; nil when it has another type than the field.
    func sqlValue(_ value: FieldValue) -> SQLValue? {
        switch (type, value) {
        case (_, .missing): .null
        case (.text, .text(let text)), (.choice, .text(let text)): .text(text)
        case (.number, .number(let n)), (.score, .number(let n)): .real(n)
        case (.flag, .flag(let flag)): .integer(flag ? 1 : 0)
        case (.date, .date(let at)): .integer(at.milliseconds)
        default: nil
        }
    }
}

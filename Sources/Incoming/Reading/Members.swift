internal import Core
internal import Diagnostics
internal import JSON

/// Reads the members of one JSON object, each at most once, and refuses those nobody asked for.
struct Members {
    /// Octets of a text in a value.
    static let maximumText = 4096
    /// Octets of an id.
    static let maximumID = 128

    private let object: JSON.Object
    /// What stands before a member's name in messages: `values.`
    private let prefix: String

    init(_ json: JSON, prefix: String = "", known: [String]) throws(IncomingFault) {
        guard let object = json.object else {
            let name = prefix.isEmpty ? nil : String(prefix.dropLast())
            throw IncomingFault(name, "an object is expected here")
        }
        self.object = object
        self.prefix = prefix
        for member in object.members where !known.contains(member.name) {
            // A name may be as long as the body; a hint needs no more than its beginning.
            let name = String(member.name.unicodeScalars.prefix(64).map(Character.init))
            throw IncomingFault(path(name), unknownName("member", name, among: known))
        }
    }

    func path(_ name: String) -> String { prefix + name }

    /// Nil where it is absent or null.
    subscript(name: String) -> JSON? {
        // Written out: a bare nil here would be JSON's null.
        guard let value = object[name], value != .null else { return Optional<JSON>.none }
        return value
    }

    func has(_ name: String) -> Bool { object[name] != nil }

    func fault(_ name: String, _ message: String) -> IncomingFault {
        IncomingFault(path(name), message)
    }

    // MARK: Values

    /// Trimmed and in NFC; nil where it is absent, null or blank.
    func text(_ name: String, upTo limit: Int = maximumText) throws(IncomingFault) -> String? {
        guard let json = self[name] else { return nil }
        guard let text = json.string else { throw fault(name, "a text is expected here") }
        return try Self.checked(text, path(name), upTo: limit)
    }

    static func checked(
        _ text: String, _ path: String, upTo limit: Int
    ) throws(IncomingFault) -> String? {
        guard text.utf8.count <= limit else {
            throw IncomingFault(path, "longer than \(limit) octets")
        }
        guard text.unicodeScalars.allSatisfy(Self.isAllowed) else {
            throw IncomingFault(path, "holds a control character")
        }
        let trimmed = text.trimmed.nfc
        return trimmed.isEmpty ? nil : trimmed
    }

    /// Tabs and line ends may stand in a text; other controls, and what turns the direction of
    /// writing about, may not.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D: true
        case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069, 0xFFFE, 0xFFFF: false
        default: true
        }
    }

    /// A text of visible characters without blanks.
    func id(_ name: String) throws(IncomingFault) -> String? {
        guard let text = try text(name, upTo: Self.maximumID) else { return nil }
        guard !text.unicodeScalars.contains(where: { $0.properties.isWhitespace }) else {
            throw fault(name, "an id has no blanks")
        }
        return text
    }

    func required<Value>(_ name: String, _ value: Value?) throws(IncomingFault) -> Value {
        guard let value else { throw fault(name, "is missing") }
        return value
    }

    func number(_ name: String) throws(IncomingFault) -> Double? {
        guard let json = self[name] else { return nil }
        guard let number = json.number else {
            throw fault(name, "a number is expected here, without quotes")
        }
        return number
    }

    func amount(_ name: String) throws(IncomingFault) -> Amount? {
        guard let number = try number(name) else { return nil }
        guard number >= 0, let amount = Amount(number) else {
            throw fault(name, "an amount is from 0 to \(Int(Amount.limit))")
        }
        return amount
    }

    func flag(_ name: String) throws(IncomingFault) -> Bool? {
        guard let json = self[name] else { return nil }
        guard let flag = json.bool else { throw fault(name, "true or false is expected here") }
        return flag
    }

    /// RFC 3339 with a zone, or a date alone.
    func date(_ name: String, zone: Zone) throws(IncomingFault) -> Instant? {
        guard let text = try text(name, upTo: 64) else { return nil }
        if let instant = Instant(text, zoneRequired: true) { return instant }
        guard text.utf8.count == 10, let day = Instant(text) else {
            throw fault(name, "write a time as 2026-12-01T09:00:00Z, a day as 2026-12-01")
        }
        return zone.instant(of: CivilTime(day))
    }

    func list(_ name: String, upTo limit: Int) throws(IncomingFault) -> [JSON] {
        guard let json = self[name] else { return [] }
        guard let items = json.array else { throw fault(name, "a list is expected here") }
        guard items.count <= limit else { throw fault(name, "has more than \(limit) elements") }
        return items
    }

    func email(_ name: String) throws(IncomingFault) -> EmailAddress? {
        guard let text = try text(name, upTo: 320) else { return nil }
        do throws(EmailAddress.Invalid) {
            return try EmailAddress(text)
        } catch {
            throw fault(name, error.rawValue)
        }
    }
}

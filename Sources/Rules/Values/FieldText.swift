import Core

/// Reads the text of a cell, or of a command's argument, as the value of a field.
package struct FieldText: Sendable {
    /// Why a text is no value of its field.
    package struct Invalid: Error, Hashable, Sendable {
        package var reason: String

        package init(reason: String) { self.reason = reason }
    }

    private let zone: Zone
    /// Whether `3,5` is a number: where commas do not separate fields.
    private let allowsDecimalComma: Bool

    package init(zone: Zone, allowsDecimalComma: Bool = false) {
        self.zone = zone
        self.allowsDecimalComma = allowsDecimalComma
    }

    /// The value; blank texts are missing. Text is trimmed and put in NFC.
    package func value(_ raw: String, of field: FieldRule) throws(Invalid) -> FieldValue {
        let text = raw.trimmed.nfc
        if text.isEmpty {
            guard !field.isRequired else { throw Invalid(reason: "\(field.name) is required") }
            return .missing
        }
        switch field.type {
        case .text: return .text(text)
        case .choice:
            guard field.values.contains(text) else {
                throw Invalid(
                    reason: "\(field.name) is none of \(field.values.joined(separator: ", "))")
            }
            return .text(text)
        case .number, .score:
            guard let number = number(text) else {
                throw Invalid(reason: "\(field.name) is not a number, as 3.5 is")
            }
            return .number(number)
        case .flag:
            guard let flag = Self.flag(text) else {
                throw Invalid(reason: "\(field.name) is neither yes nor no")
            }
            return .flag(flag)
        case .date:
            guard let date = date(text) else {
                throw Invalid(
                    reason: "\(field.name) is not a date, as 2026-12-01 or 2026-12-01T09:00Z is")
            }
            return .date(date)
        }
    }

    private func number(_ text: String) -> Double? {
        var text = text
        if allowsDecimalComma, !text.contains("."),
            text.utf8.count(where: { $0 == UInt8(ascii: ",") }) == 1
        {
            text = String(text.map { $0 == "," ? "." : $0 })
        }
        // `Double` would read "nan", "inf" and hexadecimal too.
        let allowed = text.utf8.allSatisfy {
            (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0)
        }
        guard allowed, let number = Double(text), number.isFinite else { return nil }
        return number
    }

    package static func flag(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "yes", "y", "1", "on", "t", "ja", "j": true
        case "false", "no", "n", "0", "off", "f", "nein": false
        default: nil
        }
    }

    /// RFC 3339, the same without seconds or zone, a bare date, and 31.12.2026; without a zone in
    /// the configured one.
    private func date(_ text: String) -> Instant? {
        if let instant = Instant(text, zoneRequired: true) { return instant }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        var iso = text
        if parts.count == 3, parts[2].utf8.count == 4, let day = Int(parts[0]),
            let month = Int(parts[1]), (1...31).contains(day), (1...12).contains(month)
        {
            iso = "\(parts[2])-\(month.padded(2))-\(day.padded(2))"
        }
        guard let asUTC = Instant(iso) else { return nil }
        return zone.instant(of: CivilTime(asUTC))
    }
}

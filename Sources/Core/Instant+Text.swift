extension Instant {
    /// Reads RFC 3339 §5.6 (`2026-12-01T09:00:00Z`, `…+01:00`) and the shorter forms that the
    /// expression language allows: without seconds, and a bare date, which is 00:00 UTC.
    /// A time without zone is read as UTC when `zoneRequired` is false.
    package init?(_ text: some StringProtocol, zoneRequired: Bool = false) {
        var scan = Scanner(bytes: Array(text.utf8))
        guard let year = scan.digits(4), scan.skip("-"), let month = scan.digits(2),
            scan.skip("-"), let day = scan.digits(2)
        else { return nil }
        var civil = CivilTime(year: year, month: month, day: day)
        var offset = 0
        if !scan.atEnd {
            guard scan.skip("T") || scan.skip("t") || scan.skip(" ") else { return nil }
            guard let hour = scan.digits(2), scan.skip(":"), let minute = scan.digits(2) else {
                return nil
            }
            civil.hour = hour
            civil.minute = minute
            if scan.skip(":") {
                guard let second = scan.digits(2) else { return nil }
                civil.second = second
                if scan.skip(".") {
                    guard let fraction = scan.fraction() else { return nil }
                    civil.millisecond = fraction
                }
            }
            guard let zone = scan.zone(required: zoneRequired) else { return nil }
            offset = zone
        } else if zoneRequired {
            return nil
        }
        guard scan.atEnd, civil.isValid else { return nil }
        self = civil.instant(offset: offset)
    }

    /// RFC 3339 in UTC: `2026-12-01T09:00:00Z`, with `.250` only when there are milliseconds.
    package var rfc3339: String {
        let civil = CivilTime(self)
        let fraction =
            civil.millisecond == 0 ? "" : "." + civil.millisecond.padded(3)
        return civil.year.padded(4) + "-" + civil.month.padded(2) + "-" + civil.day.padded(2)
            + "T" + civil.hour.padded(2) + ":" + civil.minute.padded(2) + ":"
            + civil.second.padded(2) + fraction + "Z"
    }

    /// The Date header's form, in UTC: `Tue, 01 Dec 2026 09:00:00 +0000` (RFC 5322 §3.3).
    /// Written by hand: `DateFormatter` adds 48 MB to a static binary.
    package var rfc5322: String {
        let civil = CivilTime(self)
        let hasUsualYear = (0...9999).contains(civil.year)
        let text = String(unsafeUninitializedCapacity: Self.rfc5322Form.count) { octets in
            _ = octets.initialize(fromContentsOf: Self.rfc5322Form)
            func put(_ number: Int, at place: Int) {
                octets[place] = 0x30 + UInt8(number / 10)
                octets[place + 1] = 0x30 + UInt8(number % 10)
            }
            for letter in 0..<3 {
                octets[letter] = Self.weekdays[3 * civil.weekday + letter]
                octets[8 + letter] = Self.months[3 * (civil.month - 1) + letter]
            }
            put(civil.day, at: 5)
            if hasUsualYear {
                put(civil.year / 100, at: 12)
                put(civil.year % 100, at: 14)
            }
            put(civil.hour, at: 17)
            put(civil.minute, at: 20)
            put(civil.second, at: 23)
            return octets.count
        }
        return hasUsualYear ? text : text.prefix(12) + civil.year.padded(4) + text.dropFirst(16)
    }

    private static let rfc5322Form = Array("Thu, 01 Jan 1970 00:00:00 +0000".utf8)
    private static let weekdays = Array("SunMonTueWedThuFriSat".utf8)
    private static let months = Array("JanFebMarAprMayJunJulAugSepOctNovDec".utf8)
}

extension Instant: CustomStringConvertible {
    package var description: String { rfc3339 }
}

extension Int {
    /// The decimal digits with leading zeros up to `width`.
    package func padded(_ width: Int) -> String {
        let digits = String(magnitude)
        let zeros = String(repeating: "0", count: Swift.max(0, width - digits.count))
        return (self < 0 ? "-" : "") + zeros + digits
    }
}

/// Reads fixed-width digits from bytes.
private struct Scanner {
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var atEnd: Bool { position == bytes.count }

    mutating func skip(_ byte: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: byte) else { return false }
        position += 1
        return true
    }

    mutating func digits(_ count: Int) -> Int? {
        guard position + count <= bytes.count else { return nil }
        var value = 0
        for byte in bytes[position..<position + count] {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        position += count
        return value
    }

    /// One to nine digits after the point, as milliseconds.
    mutating func fraction() -> Int? {
        var milliseconds = 0
        var weight = 100
        var count = 0
        while position < bytes.count, (0x30...0x39).contains(bytes[position]), count < 9 {
            milliseconds += Int(bytes[position] - 0x30) * weight
            weight /= 10
            position += 1
            count += 1
        }
        return count == 0 ? nil : milliseconds
    }

    /// Seconds east of UTC: `Z`, `+hh:mm`, `-hhmm`; nothing means UTC unless required.
    mutating func zone(required: Bool) -> Int? {
        if atEnd { return required ? nil : 0 }
        if skip("Z") || skip("z") { return 0 }
        let sign: Int
        if skip("+") {
            sign = 1
        } else if skip("-") {
            sign = -1
        } else {
            return nil
        }
        guard let hours = digits(2) else { return nil }
        _ = skip(":")
        guard let minutes = digits(2), hours < 24, minutes < 60 else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }
}

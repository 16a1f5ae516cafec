extension CivilTime {
    /// Reads `09:00`, two digits each, as minutes since midnight, 0 to 1439.
    package static func minuteOfDay(_ text: some StringProtocol) -> Int? {
        let bytes = Array(text.utf8)
        guard bytes.count == 5, bytes[2] == UInt8(ascii: ":") else { return nil }
        let digits = [bytes[0], bytes[1], bytes[3], bytes[4]].map { Int($0) - 0x30 }
        guard digits.allSatisfy({ (0...9).contains($0) }) else { return nil }
        let (hour, minute) = (digits[0] * 10 + digits[1], digits[2] * 10 + digits[3])
        return hour < 24 && minute < 60 ? hour * 60 + minute : nil
    }

    /// The same, written: `09:00`.
    static func timeOfDay(_ minute: Int) -> String {
        "\((minute / 60).padded(2)):\((minute % 60).padded(2))"
    }
}

extension CivilTime {
    /// Reads a date with a time of day and no offset, `2026-12-01T09:00` or with a blank for the T.
    package init?(dateAndTime text: some StringProtocol) {
        let text = String(text)
        guard text.utf8.count == 16, let instant = Instant(text),
            Self.minuteOfDay(text.suffix(5)) != nil
        else { return nil }
        self.init(instant)
    }
}

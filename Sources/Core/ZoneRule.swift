/// The yearly rule that a zone follows after its last recorded change: the POSIX `TZ` string in
/// the footer of a TZif file, with the extended hours of RFC 8536 §3.3.1.
struct ZoneRule: Hashable, Sendable {
    /// A day and time of the year at which the clock changes.
    struct Change: Hashable, Sendable {
        enum Day: Hashable, Sendable {
            /// `Jn`: 1 to 365, 29 February never counted.
            case julian(Int)
            /// `n`: 0 to 365, 29 February counted.
            case zeroBased(Int)
            /// `Mm.w.d`: weekday `d` of week `w` (5 is the last) of month `m`.
            case weekday(month: Int, week: Int, day: Int)
        }

        var day: Day
        /// Seconds after local midnight; may be negative or beyond a day.
        var time: Int

        /// Local seconds since the epoch in `year`, as if the clock were UTC.
        func second(inYear year: Int) -> Int64 {
            let start = CivilTime(year: year, month: 1, day: 1).daysSinceEpoch
            let days: Int
            switch day {
            case .julian(let n):
                days = start + n - 1 + (n >= 60 && CivilTime.isLeap(year) ? 1 : 0)
            case .zeroBased(let n):
                days = start + n
            case .weekday(let month, let week, let wanted):
                let first = CivilTime(year: year, month: month, day: 1)
                var dayOfMonth = 1 + (wanted - first.weekday + 7) % 7 + (week - 1) * 7
                if dayOfMonth > CivilTime.days(inMonth: month, year: year) { dayOfMonth -= 7 }
                days = first.daysSinceEpoch + dayOfMonth - 1
            }
            return Int64(days) * 86_400 + Int64(time)
        }
    }

    /// Seconds east of UTC.
    var standard: Int
    /// Seconds east of UTC in the other half of the year, and when it begins and ends.
    var summer: (offset: Int, start: Change, end: Change)? {
        guard let summerOffset, let start, let end else { return nil }
        return (summerOffset, start, end)
    }
    private var summerOffset: Int?
    private var start: Change?
    private var end: Change?

    func offset(atSecond second: Int64) -> Int {
        guard let summer else { return standard }
        // Years far beyond any calendar only must not trap.
        let bounded = min(max(second, -1 << 40), 1 << 40)
        let year = CivilTime(Instant(milliseconds: bounded * 1000), offset: standard).year
        let start = summer.start.second(inYear: year) - Int64(standard)
        let end = summer.end.second(inYear: year) - Int64(summer.offset)
        let isSummer =
            start < end ? start <= second && second < end : second < end || start <= second
        return isSummer ? summer.offset : standard
    }

    /// Reads `CET-1CEST,M3.5.0,M10.5.0/3`; nil for anything else. A daylight name without dates,
    /// whose meaning POSIX leaves open, is refused.
    init?(_ text: some Sequence<UInt8>) {
        var scan = Scan(bytes: Array(text))
        guard scan.name(), let west = scan.time(maximumHours: 24) else { return nil }
        standard = -west
        guard !scan.atEnd else { return }
        guard scan.name() else { return nil }
        var summerOffset = standard + 3600
        if scan.peek != UInt8(ascii: ",") {
            guard let west = scan.time(maximumHours: 24) else { return nil }
            summerOffset = -west
        }
        guard scan.skip(","), let start = scan.change(), scan.skip(","), let end = scan.change(),
            scan.atEnd
        else { return nil }
        self.summerOffset = summerOffset
        self.start = start
        self.end = end
    }
}

private struct Scan {
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var atEnd: Bool { position == bytes.count }
    var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: scalar) else { return false }
        position += 1
        return true
    }

    /// `CET` or `<+0330>`; at least three characters.
    mutating func name() -> Bool {
        let quoted = skip("<")
        let start = position
        while let byte = peek {
            let isLetter = (0x41...0x5A).contains(byte & 0xDF)
            let isSignOrDigit = byte == 0x2B || byte == 0x2D || (0x30...0x39).contains(byte)
            guard isLetter || quoted && isSignOrDigit else { break }
            position += 1
        }
        let length = position - start
        return length >= 3 && (!quoted || skip(">"))
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int? {
        let start = position
        var value = 0
        while let byte = peek, (0x30...0x39).contains(byte), position - start < 3 {
            value = value * 10 + Int(byte - 0x30)
            position += 1
        }
        return position > start && range.contains(value) ? value : nil
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    mutating func time(maximumHours: Int) -> Int? {
        let negative = skip("-")
        if !negative { _ = skip("+") }
        guard let hours = number(0...maximumHours) else { return nil }
        var seconds = hours * 3600
        if skip(":") {
            guard let minutes = number(0...59) else { return nil }
            seconds += minutes * 60
            if skip(":") {
                guard let rest = number(0...59) else { return nil }
                seconds += rest
            }
        }
        return negative ? -seconds : seconds
    }

    mutating func change() -> ZoneRule.Change? {
        guard let day = day() else { return nil }
        guard skip("/") else { return ZoneRule.Change(day: day, time: 7200) }
        guard let time = time(maximumHours: 167) else { return nil }
        return ZoneRule.Change(day: day, time: time)
    }

    private mutating func day() -> ZoneRule.Change.Day? {
        if skip("J") { return number(1...365).map { .julian($0) } }
        guard skip("M") else { return number(0...365).map { .zeroBased($0) } }
        guard let month = number(1...12), skip("."), let week = number(1...5), skip("."),
            let day = number(0...6)
        else { return nil }
        return .weekday(month: month, week: week, day: day)
    }
}

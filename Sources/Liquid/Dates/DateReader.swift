internal import Core

/// Reads dates as people and machines write them, the forms of Ruby's `Time.parse` that occur:
/// ISO 8601, RFC 2822, names of months in English, `31.12.2025`, `31/12/2025`, `2025/12/31`,
/// with or without a time of day and an offset or zone.
struct DateReader {
    private struct Word {
        enum Kind { case number, letters, sign }
        var kind: Kind
        var bytes: ArraySlice<UInt8>
        /// Nothing stands between this and the word before.
        var isTight: Bool

        var number: Int { Numbers.leadingInteger(Array(bytes)) }
        func isSign(_ sign: Unicode.Scalar) -> Bool {
            kind == .sign && bytes.first == UInt8(ascii: sign)
        }
    }

    /// Longer texts are no dates.
    private static let maximumBytes = 128

    private var words: [Word] = []
    private var used: Set<Int> = []
    private var year: Int?
    private var month: Int?
    private var day: Int?
    /// The day of the year.
    private var ordinal: Int?
    private var hour: Int?
    private var minute = 0
    private var second = 0
    private var nanoseconds = 0
    private var offset: Int?
    private var zoneName: String?

    /// Nil when the text is no date; `now` fills what it leaves out, `zone` is that of times
    /// without one.
    static func read(_ text: [UInt8], now: Instant, zone: Zone) -> ZonedTime? {
        if let quick = isoDate(text, zone: zone) { return quick }
        guard text.count <= maximumBytes else { return nil }
        var reader = DateReader(text)
        return reader.time(now: now, zone: zone)
    }

    /// The commonest form, `2026-12-01` or `2026-12-01T09:30:00+01:00`, without any allocation.
    private static func isoDate(_ text: [UInt8], zone: Zone) -> ZonedTime? {
        guard text.count == 10 || text.count >= 19 else { return nil }
        func digits(_ at: Int, _ count: Int) -> Int? {
            var value = 0
            for i in at..<at + count {
                guard text[i].isDigit else { return nil }
                value = value * 10 + Int(text[i] - 0x30)
            }
            return value
        }
        guard text[4] == 0x2D, text[7] == 0x2D, let year = digits(0, 4), let month = digits(5, 2),
            let day = digits(8, 2)
        else { return nil }
        var civil = CivilTime(year: year, month: month, day: day)
        guard text.count > 10 else {
            return civil.isValid ? local(civil, 0, zone) : nil
        }
        guard text[10] | 0x20 == 0x74 || text[10] == 0x20, text[13] == 0x3A, text[16] == 0x3A,
            let hour = digits(11, 2), let minute = digits(14, 2), let second = digits(17, 2)
        else { return nil }
        civil.hour = hour
        civil.minute = minute
        civil.second = second
        guard civil.isValid else { return nil }
        if text.count == 19 { return local(civil, 0, zone) }
        if text.count == 20, text[19] | 0x20 == 0x7A { return ZonedTime(civil: civil) }
        guard text.count == 25, text[19] == 0x2B || text[19] == 0x2D, text[22] == 0x3A,
            let hours = digits(20, 2), let minutes = digits(23, 2), hours < 24, minutes < 60
        else { return nil }
        let seconds = hours * 3600 + minutes * 60
        return ZonedTime(
            civil: civil, offset: text[19] == 0x2D ? -seconds : seconds, zoneName: nil)
    }

    private static func local(
        _ civil: CivilTime, _ nanoseconds: Int, _ zone: Zone
    ) -> ZonedTime {
        if zone == .utc { return ZonedTime(civil: civil, nanoseconds: nanoseconds) }
        var time = ZonedTime(zone.instant(of: civil), in: zone)
        time.nanoseconds = nanoseconds
        return time
    }

    private init(_ text: [UInt8]) {
        var at = 0
        var isTight = false
        while at < text.count {
            let start = at
            let kind: Word.Kind
            if text[at].isDigit {
                while at < text.count, text[at].isDigit { at += 1 }
                kind = .number
            } else if text[at].isLetter {
                while at < text.count, text[at].isLetter { at += 1 }
                kind = .letters
            } else {
                at += 1
                guard !text[start].isSpace else {
                    isTight = false
                    continue
                }
                kind = .sign
            }
            words.append(Word(kind: kind, bytes: text[start..<at], isTight: isTight))
            isTight = true
        }
    }

    private mutating func time(now: Instant, zone: Zone) -> ZonedTime? {
        readTime()
        readNamedMonth()
        if month == nil { readSeparated() }
        if month == nil, year == nil, day == nil { readDigits() }
        guard year != nil || month != nil || day != nil || hour != nil else { return nil }
        let today = zone.civil(now)
        let hasDate = year != nil || month != nil || day != nil
        var civil = CivilTime(
            year: year ?? today.year, month: month ?? (hasDate && day == nil ? 1 : today.month),
            day: day ?? (hasDate ? 1 : today.day))
        if let ordinal {
            guard (1...366).contains(ordinal) else { return nil }
            civil = CivilTime(
                CivilTime(year: civil.year, month: 1, day: 1).instant()
                    + .seconds(Int64(ordinal - 1) * 86_400))
            guard ordinal < 366 || civil.month == 12 else { return nil }
        }
        civil.hour = hour ?? 0
        civil.minute = minute
        civil.second = second
        // 24:00, a leap second and 30 February go on into what follows, as Ruby counts them.
        guard (1...12).contains(civil.month), (1...31).contains(civil.day), minute < 60,
            second <= 60, civil.hour < 24 || civil.hour == 24 && minute == 0 && second == 0
        else { return nil }
        if !civil.isValid { civil = CivilTime(civil.instant()) }
        if let offset {
            return ZonedTime(
                civil: civil, nanoseconds: nanoseconds, offset: offset, zoneName: zoneName)
        }
        return Self.local(civil, nanoseconds, zone)
    }

    private func isFree(_ index: Int) -> Bool {
        words.indices.contains(index) && !used.contains(index)
    }

    // MARK: Time of day

    /// `09:30[:00[.25]] [am] [zone]`, `9am`, or the `093000` behind a T.
    private mutating func readTime() {
        for index in words.indices {
            if words[index].kind == .number, index + 2 < words.count,
                words[index + 1].isSign(":"), words[index + 2].kind == .number
            {
                hour = words[index].number
                minute = words[index + 2].number
                used.formUnion([index, index + 1, index + 2])
                var next = index + 3
                if next + 1 < words.count, words[next].isSign(":"), words[next + 1].kind == .number
                {
                    second = words[next + 1].number
                    used.formUnion([next, next + 1])
                    next += 2
                    readFraction(&next)
                }
                readHalf(&next)
                readZone(next)
                if index > 0, letters(index - 1) == "t" { used.insert(index - 1) }
                return
            }
            if words[index].kind == .number, index + 1 < words.count,
                ["am", "pm"].contains(letters(index + 1)), words[index].bytes.count <= 2
            {
                hour = words[index].number
                used.insert(index)
                var next = index + 1
                readHalf(&next)
                readZone(next)
                return
            }
        }
    }

    private func letters(_ index: Int) -> String {
        guard words.indices.contains(index), words[index].kind == .letters else { return "" }
        return String(decoding: words[index].bytes.map { $0 | 0x20 }, as: UTF8.self)
    }

    private mutating func readFraction(_ next: inout Int) {
        guard next + 1 < words.count, words[next].isSign(".") || words[next].isSign(","),
            words[next + 1].kind == .number, words[next + 1].isTight
        else { return }
        var unit = 100_000_000
        for digit in words[next + 1].bytes.prefix(9) {
            nanoseconds += Int(digit - 0x30) * unit
            unit /= 10
        }
        used.formUnion([next, next + 1])
        next += 2
    }

    private mutating func readHalf(_ next: inout Int) {
        let word = letters(next)
        guard word == "am" || word == "pm", let hour, (1...12).contains(hour) else { return }
        self.hour = hour % 12 + (word == "pm" ? 12 : 0)
        used.insert(next)
        next += 1
    }

    private static let zones: [String: Int] = [
        "utc": 0, "gmt": 0, "z": 0, "ut": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2,
        "eet": 2, "eest": 3, "msk": 3, "jst": 9, "est": -5, "edt": -4, "cst": -6, "cdt": -5,
        "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
    ]

    private mutating func readZone(_ index: Int) {
        var index = index
        if let hours = Self.zones[letters(index)] {
            offset = hours * 3600
            zoneName = String(decoding: words[index].bytes, as: UTF8.self).uppercased()
            if zoneName == "Z" || zoneName == "UT" { zoneName = "UTC" }
            used.insert(index)
            index += 1
            // "UTC+2" and "GMT-0500" go on to the sign.
            guard hours == 0, isFree(index), words[index].isTight else { return }
        }
        guard index + 1 < words.count, words[index].isSign("+") || words[index].isSign("-"),
            words[index + 1].kind == .number
        else { return }
        var value = words[index + 1].number
        var seconds: Int
        if words[index + 1].bytes.count <= 2 {
            seconds = value * 3600
            if index + 3 < words.count, words[index + 2].isSign(":"),
                words[index + 3].kind == .number
            {
                seconds += words[index + 3].number * 60
                used.formUnion([index + 2, index + 3])
            }
        } else {
            value = min(value, 9999)
            seconds = value / 100 * 3600 + value % 100 * 60
        }
        guard seconds < 86_400 else { return }
        offset = words[index].isSign("-") ? -seconds : seconds
        zoneName = nil
        used.formUnion([index, index + 1])
    }

    // MARK: Date

    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]

    /// `3 November 2025`, `November 3, 2025`, `3-Nov-25`, `Nov 2025`.
    private mutating func readNamedMonth() {
        let named = words.indices.first { index in
            isFree(index) && Self.months.contains(String(letters(index).prefix(3)))
        }
        guard let named else { return }
        month = Self.months.firstIndex(of: String(letters(named).prefix(3))).map { $0 + 1 }
        used.insert(named)
        var numbers = words.indices.filter { isFree($0) && words[$0].kind == .number }
        if let large = numbers.first(where: { words[$0].bytes.count > 2 }) {
            setYear(words[large])
            numbers.removeAll { $0 == large }
        }
        if let first = numbers.first {
            day = words[first].number
            if year == nil, numbers.count > 1 { setYear(words[numbers[1]]) }
        }
    }

    private mutating func setYear(_ word: Word) {
        let value = word.number
        year = word.bytes.count > 2 ? min(value, 9999) : value + (value >= 69 ? 1900 : 2000)
    }

    /// Three or two numbers with the same sign between: year first, or day first where the last
    /// is the year, as Ruby reads them.
    private mutating func readSeparated() {
        for index in words.indices where isFree(index) && words[index].kind == .number {
            guard index + 2 < words.count, isFree(index + 2), words[index + 2].kind == .number,
                let sign = words[index + 1].bytes.first, [0x2D, 0x2F, 0x2E].contains(sign),
                words[index + 1].kind == .sign
            else { continue }
            let first = words[index]
            let second = words[index + 2]
            if index > 0, letters(index - 1) == "w" { return }
            if index + 4 < words.count, words[index + 3].kind == .sign,
                words[index + 3].bytes.first == sign, words[index + 4].kind == .number
            {
                let third = words[index + 4]
                let dayFirst = first.bytes.count <= 2 && third.bytes.count > 2
                setYear(dayFirst ? third : first)
                month = second.number
                day = (dayFirst ? first : third).number
                return
            }
            if first.bytes.count > 2, sign == 0x2D {
                // The day of a year has three digits; `2016-03` says too little.
                guard first.bytes.count == 4, second.bytes.count == 3 else { return }
                setYear(first)
                month = 1
                ordinal = second.number
            } else if sign == 0x2E {
                return
            } else if first.bytes.count > 2 {
                setYear(first)
                month = second.number
            } else {
                month = first.number
                day = second.number
            }
            return
        }
    }

    /// `20251103` or `20251103T070509`.
    private mutating func readDigits() {
        guard let index = words.indices.first(where: { isFree($0) && words[$0].kind == .number })
        else { return }
        let word = words[index]
        let digits = Array(word.bytes)
        func part(_ from: Int, _ count: Int) -> Int {
            Numbers.leadingInteger(Array(digits[from..<from + count]))
        }
        switch digits.count {
        case 8, 12, 14:
            year = part(0, 4)
            month = part(4, 2)
            day = part(6, 2)
            if digits.count > 8 {
                hour = part(8, 2)
                minute = part(10, 2)
                if digits.count == 14 { second = part(12, 2) }
            } else if letters(index + 1) == "t", index + 2 < words.count,
                words[index + 2].bytes.count == 6 || words[index + 2].bytes.count == 4
            {
                let time = Array(words[index + 2].bytes)
                hour = Numbers.leadingInteger(Array(time[0..<2]))
                minute = Numbers.leadingInteger(Array(time[2..<4]))
                if time.count == 6 { second = Numbers.leadingInteger(Array(time[4..<6])) }
                readZone(index + 3)
            }
        default: break
        }
    }
}

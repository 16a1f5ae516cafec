internal import Core

/// Prints one directive of a date format.
struct DatePrinter {
    let time: ZonedTime
    let names: CalendarNames
    let language: Language

    func append(_ directive: DateFormat.Directive, to out: inout [UInt8]) {
        let civil = time.civil
        func number(_ value: Int, _ width: Int, _ padding: UInt8 = 0x30) {
            append(value, width: width, padding: padding, directive, to: &out)
        }
        func text(_ bytes: [UInt8]) { append(bytes, directive, to: &out) }
        var hour12: Int { civil.hour % 12 == 0 ? 12 : civil.hour % 12 }
        var weekday: Int { civil.weekday }
        switch directive.letter {
        case "Y": number(civil.year, civil.year < 0 ? 5 : 4)
        case "C": number(floored(civil.year, 100), 2)
        case "y": number(civil.year - floored(civil.year, 100) * 100, 2)
        case "m": number(civil.month, 2)
        case "B": text(names.months[civil.month - 1])
        case "b", "h": text(names.shortMonths[civil.month - 1])
        case "d": number(civil.day, 2)
        case "e": number(civil.day, 2, 0x20)
        case "j": number(civil.dayOfYear, 3)
        case "H": number(civil.hour, 2)
        case "k": number(civil.hour, 2, 0x20)
        case "I": number(hour12, 2)
        case "l": number(hour12, 2, 0x20)
        case "P": text(Array((civil.hour < 12 ? "am" : "pm").utf8))
        case "p":
            var changed = directive
            changed.swapsCase = false
            let isLower = directive.swapsCase
            let shown = civil.hour < 12 ? (isLower ? "am" : "AM") : (isLower ? "pm" : "PM")
            append(Array(shown.utf8), changed, to: &out)
        case "M": number(civil.minute, 2)
        case "S": number(civil.second, 2)
        case "L": fraction(directive.width ?? 3, to: &out)
        case "N": fraction(directive.width ?? 9, to: &out)
        case "z": zone(directive, to: &out)
        case "Z": if let name = time.zoneName { text(Array(name.utf8)) }
        case "A": text(names.days[weekday])
        case "a": text(names.shortDays[weekday])
        case "u": number(weekday == 0 ? 7 : weekday, 1)
        case "w": number(weekday, 1)
        case "G": number(isoWeek.year, 4)
        case "g": number(isoWeek.year - floored(isoWeek.year, 100) * 100, 2)
        case "V": number(isoWeek.week, 2)
        case "U": number((civil.dayOfYear + 6 - weekday) / 7, 2)
        case "W": number((civil.dayOfYear + 6 - (weekday + 6) % 7) / 7, 2)
        case "s": number(time.epoch, 1)
        case "n": text([0x0A])
        case "t": text([0x09])
        case "%": text([0x25])
        default: composed(directive, to: &out)
        }
    }

    private func composed(_ directive: DateFormat.Directive, to out: inout [UInt8]) {
        let format: String
        switch directive.letter {
        case "c": format = "%a %b %e %H:%M:%S %Y"
        case "D", "x": format = "%m/%d/%y"
        case "F": format = "%Y-%m-%d"
        case "v": format = "%e-%^b-%Y"
        case "r": format = "%I:%M:%S %p"
        case "R": format = "%H:%M"
        default: format = "%H:%M:%S"
        }
        var inner: [UInt8] = []
        DateFormat(Array(format.utf8)).append(time, in: language, to: &inner)
        var changed = directive
        changed.swapsCase = false
        append(inner, changed, to: &out)
    }

    private func append(
        _ value: Int, width: Int, padding: UInt8, _ directive: DateFormat.Directive,
        to out: inout [UInt8]
    ) {
        let digits = Int(clamping: value.magnitude)
        let pad: UInt8
        switch directive.padding {
        case 0x2D: pad = 0
        case 0x5F: pad = 0x20
        case 0x30: pad = 0x30
        default: pad = padding
        }
        let wanted = (directive.width ?? width) - Numbers.digitCount(digits) - (value < 0 ? 1 : 0)
        let fill = pad == 0 ? 0 : max(0, wanted)
        if value < 0, pad != 0x20 { out.append(0x2D) }
        for _ in 0..<fill { out.append(pad) }
        if value < 0, pad == 0x20 { out.append(0x2D) }
        Numbers.append(digits, to: &out)
    }

    private func append(
        _ bytes: [UInt8], _ directive: DateFormat.Directive, to out: inout [UInt8]
    ) {
        let shown =
            directive.isUpper || directive.swapsCase ? Array(bytes.text.uppercased().utf8) : bytes
        if let width = directive.width, directive.padding != 0x2D {
            let pad: UInt8 = directive.padding == 0x30 ? 0x30 : 0x20
            for _ in 0..<max(0, width - shown.characterCount) { out.append(pad) }
        }
        out += shown
    }

    private func fraction(_ width: Int, to out: inout [UInt8]) {
        var unit = 100_000_000
        for _ in 0..<max(width, 1) {
            out.append(UInt8(unit == 0 ? 0 : time.nanoseconds / unit % 10) + 0x30)
            unit /= 10
        }
    }

    /// `+0100`, `+01:00`, `+01:00:00`, or as short as it goes.
    private func zone(_ directive: DateFormat.Directive, to out: inout [UInt8]) {
        let offset = time.offset.magnitude
        let hours = Int(offset / 3600)
        let minutes = Int(offset / 60 % 60)
        let seconds = Int(offset % 60)
        var tail: [UInt8] = []
        func two(_ value: Int, _ colon: Bool) {
            if colon { tail.append(0x3A) }
            tail += [UInt8(value / 10) + 0x30, UInt8(value % 10) + 0x30]
        }
        switch directive.colons {
        case 0: two(minutes, false)
        case 1: two(minutes, true)
        case 2:
            two(minutes, true)
            two(seconds, true)
        default:
            if minutes != 0 || seconds != 0 { two(minutes, true) }
            if seconds != 0 { two(seconds, true) }
        }
        var head: [UInt8] = []
        Numbers.append(hours, to: &head)
        let width = max(2, (directive.width ?? 0) - tail.count - 1)
        let fill = max(0, width - head.count)
        let sign: UInt8 = time.offset < 0 ? 0x2D : 0x2B
        if directive.padding == 0x5F {
            for _ in 0..<fill { out.append(0x20) }
            out.append(sign)
        } else {
            out.append(sign)
            for _ in 0..<fill { out.append(0x30) }
        }
        out += head
        out += tail
    }

    /// ISO 8601 week and the year that it belongs to.
    private var isoWeek: (year: Int, week: Int) {
        let civil = time.civil
        let weekday = civil.weekday == 0 ? 7 : civil.weekday
        let week = (civil.dayOfYear - weekday + 10) / 7
        if week < 1 { return (civil.year - 1, Self.weeks(in: civil.year - 1)) }
        if week > Self.weeks(in: civil.year) { return (civil.year + 1, 1) }
        return (civil.year, week)
    }

    private static func weeks(in year: Int) -> Int {
        func p(_ y: Int) -> Int { (y + floored(y, 4) - floored(y, 100) + floored(y, 400)) % 7 }
        return p(year) == 4 || p(year - 1) == 3 ? 53 : 52
    }
}

private func floored(_ a: Int, _ b: Int) -> Int { a >= 0 ? a / b : -((-a + b - 1) / b) }

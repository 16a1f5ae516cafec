internal import Core

/// Filters for values of any kind.
enum ValueFilters {
    static let all: [Filter] = [
        Filter("size") { input, _, _ in .int(input.size) },
        Filter("default", 0...1) { input, arguments, _ in
            let fallback = arguments.count > 0 ? arguments.first : .string([])
            return input.or(fallback, allowsFalse: arguments.allowsFalse)
        },
        Filter("date", 1...1) { input, arguments, m in
            let format = arguments.first.textBytes
            guard !format.isEmpty else { return input }
            return date(input, DateFormat(format), m)
        },
    ]

    /// The date filter with a format that is known when the template is compiled.
    static func date(_ format: [UInt8]) -> Filter {
        let format = DateFormat(format)
        return Filter("date", 1...1) { input, _, m in date(input, format, m) }
    }

    private static func date(
        _ input: Value, _ format: DateFormat, _ m: borrowing Machine
    ) -> Value {
        guard let time = time(input, m) else { return input }
        var out: [UInt8] = []
        out.reserveCapacity(32)
        format.append(time, in: m.input.language, to: &out)
        return .string(out)
    }

    /// What a value says about time: a date, a number of seconds, `now`, or a text that is one.
    static func time(_ input: Value, _ m: borrowing Machine) -> ZonedTime? {
        switch input {
        case .date(let instant): return ZonedTime(instant, in: m.input.zone)
        case .int(let seconds): return time(seconds: seconds, m)
        case .string(let text):
            if text.isEmpty { return nil }
            if text.allSatisfy(\.isDigit) {
                return time(seconds: Numbers.leadingInteger(text), m)
            }
            if text.count == 3 || text.count == 5 {
                let word = text.map { $0 | 0x20 }
                if word == Array("now".utf8) || word == Array("today".utf8) {
                    return ZonedTime(m.input.now, in: m.input.zone)
                }
            }
            return DateReader.read(text, now: m.input.now, zone: m.input.zone)
        default: return nil
        }
    }

    /// Seconds since the epoch, at most 100,000 years from it.
    private static func time(seconds: Int, _ m: borrowing Machine) -> ZonedTime? {
        guard abs(Double(seconds)) < 3_155_760_000_000 else { return nil }
        return ZonedTime(Instant(milliseconds: Int64(seconds) * 1000), in: m.input.zone)
    }
}

extension Value {
    /// The value, or another where there is none: missing, empty and, unless allowed, false.
    func or(_ fallback: Value, allowsFalse: Bool) -> Value {
        let isMissing = allowsFalse ? isNull : !isTruthy
        return isMissing || isEmpty ? fallback : self
    }
}

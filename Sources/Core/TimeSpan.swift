/// A length of time in milliseconds; may be negative. A day is 24 hours here: calendar steps
/// exist only in schedules.
package struct TimeSpan: Hashable, Comparable, Sendable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package static let zero = TimeSpan(milliseconds: 0)
    package static func milliseconds(_ n: Int64) -> Self { Self(milliseconds: n) }
    package static func seconds(_ n: Int64) -> Self { Self(milliseconds: n * 1000) }
    package static func minutes(_ n: Int64) -> Self { .seconds(n * 60) }
    package static func hours(_ n: Int64) -> Self { .minutes(n * 60) }
    package static func days(_ n: Int64) -> Self { .hours(n * 24) }

    package var seconds: Double { Double(milliseconds) / 1000 }

    package static func < (a: Self, b: Self) -> Bool { a.milliseconds < b.milliseconds }
    /// Saturates instead of overflowing.
    package static func + (a: Self, b: Self) -> Self {
        let (sum, overflow) = a.milliseconds.addingReportingOverflow(b.milliseconds)
        return Self(milliseconds: overflow ? (b.milliseconds > 0 ? .max : .min) : sum)
    }
    /// Saturates instead of overflowing.
    package static func - (a: Self, b: Self) -> Self {
        let (sum, overflow) = a.milliseconds.subtractingReportingOverflow(b.milliseconds)
        return Self(milliseconds: overflow ? (b.milliseconds > 0 ? .min : .max) : sum)
    }
    /// Saturates instead of overflowing.
    package static prefix func - (a: Self) -> Self { .zero - a }

    /// Reads `90d`, `2h`, `10m`, `1.5s`, `250ms`, `2w`: a non-negative decimal number and one unit,
    /// nothing between them. Nil for anything else and for what exceeds 100 years.
    package init?(_ text: some StringProtocol) {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let amount = Double(digits), amount >= 0 else { return nil }
        guard let unit = Self.units[String(text.dropFirst(digits.count))] else { return nil }
        let milliseconds = (amount * Double(unit)).rounded()
        guard milliseconds <= 3_155_760_000_000 else { return nil }
        self.milliseconds = Int64(milliseconds)
    }

    private static let units: [String: Int64] = [
        "ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000,
    ]
}

extension TimeSpan: CustomStringConvertible {
    /// The shortest spelling that reads back the same: `90d`, `36h`, `1500ms`.
    package var description: String {
        for (name, size) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)]
            as [(String, Int64)]
        where milliseconds != 0 && milliseconds % size == 0 {
            return "\(milliseconds / size)\(name)"
        }
        return milliseconds == 0 ? "0s" : "\(milliseconds)ms"
    }
}

import Core
import JSON

/// How far a mailing has come, from one answer of the daemon to the next.
struct Progress {
    /// Sent messages count for the rate if they are not older than this.
    private static let window = 10.0
    private static let barWidth = 30

    private var samples: [(seconds: Double, sent: Int64)] = []

    /// The lines for an answer to `/v1/mailings/NAME` that came at `seconds` of some clock: how far it
    /// is, the counts, then one for each thing that holds it up. `time` prints an instant for the
    /// person.
    mutating func lines(
        _ json: JSON, at seconds: Double, time: (Instant) -> String
    ) -> [String] {
        let counts = Counts(json["deliveries"])
        samples.append((seconds, counts.sent))
        samples.removeAll { $0.seconds < seconds - Self.window }
        let state = Shown.value(json["state"])
        var parts = ["\(Shown.value(json["name"])) \(state)"]
        if json["planned"] != false, counts.total > 0 {
            parts.append(Self.bar(counts.total - counts.open, of: counts.total))
        }
        if state == "running" { parts += pace(counts, isPlanned: json["planned"] != false) }
        return [parts.joined(separator: "  "), "  " + counts.text] + Self.reasons(json, time)
    }

    /// Messages a second over the last ten seconds; nil after one answer only.
    private var rate: Double? {
        guard let first = samples.first, let last = samples.last, last.seconds > first.seconds
        else { return nil }
        return max(0, Double(last.sent - first.sent) / (last.seconds - first.seconds))
    }

    private func pace(_ counts: Counts, isPlanned: Bool) -> [String] {
        guard let rate else { return [] }
        let rounded = rate >= 10 ? "\(Int64(rate.rounded()))" : Shown.value(.number(tenths(rate)))
        var parts = ["\(rounded)/s"]
        if isPlanned, rate > 0, counts.open > 0 {
            let left = min(Double(counts.open) / rate, 1e9)
            parts.append("\(Shown.duration(seconds: Int64(left.rounded(.up)))) left")
        }
        return parts
    }

    private func tenths(_ number: Double) -> Double { (number * 10).rounded() / 10 }

    private static func bar(_ done: Int64, of total: Int64) -> String {
        let share = Double(done) / Double(total)
        let filled = Int(share * Double(barWidth))
        // 100 % only when nothing is left.
        let percent = done == total ? 100 : min(99, Int(share * 100))
        return "[" + String(repeating: "#", count: filled)
            + String(repeating: "-", count: barWidth - filled) + "] \(percent) %"
    }

    /// `gmail.com is slow: 421 4.7.0 too many since 10:04, next try 10:19`.
    private static func reasons(_ json: JSON, _ time: (Instant) -> String) -> [String] {
        var lines: [String] = []
        let why = Shown.value(json["reason"])
        if !why.isEmpty { lines.append("  \(why)") }
        for one in json["obstacles"]?.array ?? [] {
            var line =
                "  \(Shown.value(one["what"])) \(verb(one["state"]?.string)): "
                + Shown.value(one["reason"])
            if let since = instant(one["since"]) { line += " since \(time(since))" }
            if let next = instant(one["next"]) { line += ", next try \(time(next))" }
            lines.append(line)
        }
        return lines
    }

    private static func verb(_ state: String?) -> String {
        state == "slow" ? "is slow" : Shown.safe(state ?? "")
    }

    private static func instant(_ json: JSON?) -> Instant? {
        json?.string.flatMap { Instant($0) }
    }

    /// The figures of one answer.
    private struct Counts {
        var total: Int64 = 0
        var open: Int64 = 0
        var sent: Int64 = 0
        let text: String

        init(_ json: JSON?) {
            func count(_ name: String) -> Int64 { json?[name]?.integer ?? 0 }
            for member in json?.object?.members ?? [] { total += member.value.integer ?? 0 }
            open = count("queued") + count("deferred") + count("sending")
            // Who bounced was sent to before.
            sent = count("sent") + count("bounced")
            var parts = ["sent", "deferred", "bounced", "in doubt"].map {
                "\($0) \(count($0))"
            }
            for name in ["refused", "held", "skipped", "suppressed", "expired", "cancelled"]
            where count(name) > 0 {
                parts.append("\(name) \(count(name))")
            }
            text = total == 0 ? "nothing yet" : parts.joined(separator: " · ")
        }
    }
}

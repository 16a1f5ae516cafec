internal import JSON

/// `plan [--recipients N]`: plans a mailing to so many people of a store of its own, with the
/// station's own planner. One JSON line: `recipients, rate, seconds, cpu_seconds, rss_mb,
/// longest_transaction_ms`. Exit 1 when somebody was left out.
@Sendable
func runPlanCommand(_ arguments: [String]) -> Int32 {
    do {
        let given = try Options(arguments, known: ["recipients"])
        let count = try given.number("recipients", in: 1...10_000_000, default: 100_000)
        let figures = try SendRun(count: count, size: 1000).plan()
        Terminal.write(figures.bytes + [0x0A])
        return figures["recipients"]?.integer == Int64(count) ? 0 : 1
    } catch {
        Terminal.complain("maild-bench plan: \(error)\n")
        return 2
    }
}

/// The table at the end of the demo: a line a station, the faults below.
enum ReportTable {
    static func text(_ reports: [StationReport]) -> String {
        let stationWidth = max("station".count, reports.map(\.station.count).max() ?? 0)
        let didWidth = max("what it did".count, reports.map(\.did.count).max() ?? 0)
        func line(_ station: String, _ did: String, _ checks: String) -> String {
            "  \(padded(station, stationWidth))  \(padded(did, didWidth))  \(checks)\n"
        }
        var text = line("station", "what it did", "checks")
        text += line(
            String(repeating: "─", count: stationWidth), String(repeating: "─", count: didWidth),
            "──────")
        for report in reports {
            let good = report.checks.count { $0.fault == nil }
            text += line(
                report.station, report.did,
                report.isGood ? "\(good) ok" : "\(report.checks.count - good) FAILED, \(good) ok")
        }
        for report in reports where !report.isGood {
            text += "\n\(report.station) did not do its part:\n"
            for check in report.checks {
                if let fault = check.fault { text += "  - \(check.claim): \(fault)\n" }
            }
        }
        return text
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}

internal import Core

extension DryRuns.Stage {
    /// `dry run 43 % of 120,000`
    var text: String {
        guard case .running(let progress) = self, progress.audience > 0 else {
            return "its dry run is about to begin"
        }
        let percent = progress.evaluated * 100 / progress.audience
        return "dry run \(percent) % of \(progress.audience.grouped)"
    }
}

extension Int {
    /// With a comma between thousands: `120,000`.
    var grouped: String {
        let digits = String(magnitude)
        var text = self < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.utf8.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }
}

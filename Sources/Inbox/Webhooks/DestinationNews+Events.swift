internal import Core

extension DestinationNews.Verdict {
    /// What a provider's event says of the recipient's server, by the rule for reports; nil when it
    /// says nothing about it.
    init?(_ event: ProviderEvent) {
        let status = event.status.flatMap { EnhancedStatus($0) }
        let code = [event.code.map(String.init), status?.description].compactMap { $0 }
            .joined(separator: " ")
        switch event.kind {
        case .failed where status?.class == 5 && status?.subject == 7:
            self = .refusedByPolicy("report: \(code)")
        case .delayed where status?.class == 4 && status?.subject == 7,
            .delayed where status == EnhancedStatus(4, 3, 2),
            .delayed where status == nil && event.code == 421:
            self = .delayed("report: \(code)")
        default: return nil
        }
    }
}

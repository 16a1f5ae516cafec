import Core
import Diagnostics
import Rules

/// What the rules of a folder amount to.
package struct RulesJudgement: Sendable {
    package let rules: LoopRules
    /// By path and position; what is refused keeps the rules from coming into force.
    package let findings: [Finding]

    package var isValid: Bool { !findings.contains { $0.severity == .refuse } }

    /// Reads the rules among the files. `mailings` are all names that they may speak of.
    package init(
        _ files: [String: [UInt8]], zone: Zone, mailings: Set<String>, grants: Grants = .notJudged
    ) {
        let texts = MailingSource.rulesPaths(among: files.keys).map {
            SourceText(path: $0, bytes: files[$0] ?? [])
        }
        let read = RulesReader(texts, zone: zone)
        rules = read.rules
        let known = mailings.sorted()
        findings =
            (read.findings
            + rules.mailingReferences.filter { !mailings.contains($0.name) }
            .map { $0.unknown(among: known) }
            + rules.grantReferences.compactMap { $0.finding(grants) }).inOrder
    }
}

extension GrantReference {
    /// Nil when it is granted, or not judged.
    fileprivate func finding(_ grants: Grants) -> Finding? {
        let granted = kind == .staff ? grants.staff : grants.webhooks
        guard let granted, !granted.contains(name) else { return nil }
        return unknown(among: granted.sorted())
    }
}

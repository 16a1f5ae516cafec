internal import Composition
internal import Core
internal import Diagnostics
internal import Rules

/// Compiles the folder's mailings against the rules in force; no I/O, no store.
struct MailingCheck {
    /// What a mailing's files amount to.
    enum Verdict {
        case valid(CompiledMailing, frozen: MailingSource, warnings: [Finding])
        case refused([Finding])
    }

    let rules: LoopRules
    /// The files of the rules in force, which are frozen with each version.
    let rulesFiles: [String: String]
    let grants: Grants
    let zones: @Sendable (String) -> Zone?

    /// Judges the mailing `name` among the folder's files. `mailings` are all names that
    /// conditions may ask for.
    func judge(
        _ name: String, in files: [String: [UInt8]], refused: [String: String],
        mailings: Set<String>
    ) -> Verdict {
        let judgement = MailingJudgement(
            name, in: files, refused: refused, rules: rules,
            rulesFiles: rulesFiles.mapValues { Array($0.utf8) }, mailings: mailings,
            grants: grants, zones: zones)
        guard let mailing = judgement.mailing, let frozen = judgement.frozen else {
            return .refused(judgement.findings)
        }
        return .valid(mailing, frozen: frozen, warnings: judgement.findings)
    }

    /// Nobody mends more mistakes than this at once.
    private static let reportLimit = 50

    /// What an error file says: each finding with its line and a caret.
    static func report(_ findings: [Finding]) -> String {
        // What keeps the file out comes first.
        let refusals = findings.filter { $0.severity == .refuse }
        let warnings = findings.filter { $0.severity == .warn }
        let shown = (refusals + warnings).prefix(reportLimit).map(\.report)
            .joined(separator: "\n\n")
        let rest = findings.count - reportLimit
        return shown + (rest > 0 ? "\n\nand \(rest) more\n" : "\n")
    }
}

import Core
import Diagnostics
import Rules

/// What a mailing's files amount to: the one judgement that drop and lint share.
package struct MailingJudgement: Sendable {
    /// Nil when a finding refuses it.
    package let mailing: CompiledMailing?
    /// The files to freeze with the version; nil when it is refused.
    package let frozen: MailingSource?
    /// The files that were read, those it could not find among them.
    package let filesUsed: Set<String>
    /// The mailings that its conditions ask for.
    package let references: [MailingReference]
    /// Refusals and warnings by path and position; none twice.
    package let findings: [Finding]

    /// Judges the mailing `name` among the folder's files.
    ///
    /// - Parameters:
    ///   - refused: files that are there and cannot be taken, with the reason.
    ///   - rulesFiles: the files of `rules`, which are frozen with the version.
    ///   - mailings: all names that conditions may ask for.
    package init(
        _ name: String, in files: [String: [UInt8]], refused: [String: String] = [:],
        rules: LoopRules,
        rulesFiles: [String: [UInt8]], mailings: Set<String>, grants: Grants,
        zones: @escaping (String) -> Zone?
    ) {
        var own = files.filter { path, _ in
            switch FolderFile(path: path) {
            case .mailing(name), .text(name), .layout, .partial, .asset: true
            default: false
            }
        }
        own.merge(rulesFiles) { _, rules in rules }
        let source = MailingSource(name: name, files: own, refused: refused)
        var compiler = MailingCompiler(
            source, rules: rules, grants: grants, zones: zones, isLinted: true)
        let compiled = compiler.compile()
        var findings = compiler.findings
        let known = mailings.sorted()
        for reference in compiler.mailingReferences where !mailings.contains(reference.name) {
            findings.append(reference.unknown(among: known))
        }
        references = compiler.mailingReferences
        self.findings = findings.inOrder
        mailing = findings.contains { $0.severity == .refuse } ? nil : compiled
        frozen = mailing.map { source.restricted(to: $0.filesUsed) }
        filesUsed = compiler.used
    }
}

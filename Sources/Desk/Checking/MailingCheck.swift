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
    func judge(_ name: String, in files: [String: [UInt8]], mailings: Set<String>) -> Verdict {
        var own = files.filter { path, _ in
            switch FolderFile(path: path) {
            case .mailing(name), .text(name), .layout, .partial: true
            default: false
            }
        }
        for (path, text) in rulesFiles { own[path] = Array(text.utf8) }
        let source = MailingSource(name: name, files: own)
        let (mailing, findings) = CompiledMailing.compile(
            source, rules: rules, grants: grants, zones: zones)
        guard let mailing else { return .refused(Self.sorted(findings)) }
        let unknown = mailing.mailingsMentioned.subtracting(mailings).sorted()
        guard unknown.isEmpty else {
            return .refused(
                unknown.map { mentioned in
                    Finding(
                        code: "unknown-mailing", path: source.htmlPath,
                        position: SourcePosition(line: 1, column: 1),
                        unknownName("mailing", mentioned, among: mailings.sorted()))
                })
        }
        return .valid(
            mailing, frozen: source.restricted(to: mailing.filesUsed),
            warnings: Self.sorted(findings))
    }

    static func sorted(_ findings: [Finding]) -> [Finding] {
        findings.sorted { ($0.path, $0.position) < ($1.path, $1.position) }
    }

    /// Nobody mends more mistakes than this at once.
    private static let reportLimit = 50

    /// What an error file says: each finding with its line and a caret.
    static func report(_ findings: [Finding]) -> String {
        let shown = findings.prefix(reportLimit).map(\.report).joined(separator: "\n\n")
        let rest = findings.count - reportLimit
        return shown + (rest > 0 ? "\n\nand \(rest) more\n" : "\n")
    }
}

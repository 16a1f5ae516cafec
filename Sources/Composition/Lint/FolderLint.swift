import Core
import Diagnostics
import Liquid
import Rules

/// Judges a whole marketers' folder as it would be judged file by file when dropped: the rules,
/// every mailing, layouts and partials that nobody uses, public pages, sample people.
package struct FolderLint {
    private let files: [String: [UInt8]]
    private let grants: Grants
    private let zones: (String) -> Zone?
    private var findings: [Finding] = []

    /// All findings, by path and position.
    ///
    /// - Parameters:
    ///   - files: the bytes of every file that maild reads, by its path in the folder.
    ///   - refused: files that are there and cannot be taken, with the reason.
    ///   - zone: in which a date without one is read.
    ///   - zones: finds a time zone by its name.
    package static func findings(
        in files: [String: [UInt8]], refused: [String: String] = [:], grants: Grants = .notJudged,
        zone: Zone = .utc, zones: @escaping (String) -> Zone? = { _ in nil }
    ) -> [Finding] {
        var lint = FolderLint(files: files, grants: grants, zones: zones)
        for (path, reason) in refused {
            lint.findings.append(Finding.aboutFile(path, "file", "the file \(reason)"))
        }
        lint.run(zone, refused)
        return lint.findings.inOrder
    }

    private init(
        files: [String: [UInt8]], grants: Grants, zones: @escaping (String) -> Zone?
    ) {
        self.files = files
        self.grants = grants
        self.zones = zones
    }

    private mutating func run(_ zone: Zone, _ refused: [String: String]) {
        let kinds = (Array(files.keys) + refused.keys).compactMap { FolderFile(path: $0) }
        let mailings = Set(
            kinds.compactMap { if case .mailing(let name) = $0 { name } else { nil } })
        let rulesPaths = MailingSource.rulesPaths(among: files.keys)
        let read = RulesJudgement(files, zone: zone, mailings: mailings, grants: grants)
        findings += read.findings
        var used: Set<String> = []
        var references = read.rules.mailingReferences
        var compiled: [String: CompiledMailing] = [:]
        for name in mailings.sorted() where files["\(name).html"] != nil {
            let judgement = MailingJudgement(
                name, in: files, refused: refused, rules: read.rules,
                rulesFiles: files.filter { rulesPaths.contains($0.key) }, mailings: mailings,
                grants: grants, zones: zones)
            used.formUnion(judgement.filesUsed)
            references += judgement.references
            compiled[name] = judgement.mailing
            add(judgement.findings, areNamesKnown: read.isValid)
        }
        findings += references.compactMap { reference in
            compiled[reference.name].flatMap { reference.doubt(about: $0) }
        }
        for (path, bytes) in files where !used.contains(path) {
            guard let file = FolderFile(path: path) else { continue }
            var lone = LoneFileLint(read.rules)
            switch file {
            case .layout: lone.checkLayout(path, in: files, grants: grants)
            case .partial: lone.checkPartial(path, in: files, grants: grants)
            case .page: lone.checkPage(path, bytes)
            case .sample:
                add(SampleLint.findings(path, bytes, read.rules), areNamesKnown: read.isValid)
            case .text(let name):
                findings.append(
                    Finding.aboutFile(
                        path, "unused-text",
                        mailings.contains(name)
                            ? "the mailing \(name) does not use this text part"
                            : "there is no mailing \(name).html for this text part", .warn))
            case .mailing, .rules, .asset: break
            }
            add(lone.findings, areNamesKnown: read.isValid)
        }
    }

    /// While the rules are refused, nobody knows which names they would have had: what other files
    /// call by name is judged when they are mended.
    private mutating func add(_ more: [Finding], areNamesKnown: Bool) {
        findings +=
            areNamesKnown ? more : more.filter { !Self.aboutRules.contains($0.code) }
    }

    private static let aboutRules: Set<String> = [
        "unknown-field", "unknown-segment", "unknown-action", "unknown-topic", "unknown-name",
        "type", "choice-value", "missing-field", "blank-field", "sample-type", "shadows-field",
    ]
}

extension MailingReference {
    /// What is probably wrong with asking this of a mailing; nil: nothing. Warnings, since a run may
    /// have links that are gone from the file, and a mailing with an audience may run just then.
    fileprivate func doubt(about mailing: CompiledMailing) -> Finding? {
        switch use {
        case .asked(link: nil): return nil
        case .asked(let link?):
            let names = Set(mailing.links.compactMap(\.name))
            guard !names.contains(link) else { return nil }
            return doubt(
                "unknown-link",
                unknownName("link of \(name)", link, among: names.sorted())
                    + "; a link is named by data-link=\"…\"")
        case .sent:
            guard mailing.frontMatter.send != .onTrigger else { return nil }
            return doubt(
                "not-on-trigger",
                "\(name) goes to an audience, so nothing is sent from here once that is done; write "
                    + "\"send: on trigger\" in \(name).html")
        }
    }
}

internal import Composition
internal import Core
internal import Diagnostics
internal import Folder
internal import Rules

/// A mailing's files as they lie in a folder.
enum MailingFolder {
    /// Reads a mailing by its `.html` file, or by its folder when that holds no other mailing,
    /// with the rules, layouts, partials and text part beside it.
    static func read(_ path: String) throws(Options.Invalid) -> MailingSource {
        var folder = path
        var name: String?
        if path.hasSuffix(".html") {
            let slash = path.lastIndex(of: "/")
            folder = slash.map { String(path[..<$0]) } ?? "."
            name = String(
                path[(slash.map { path.index(after: $0) } ?? path.startIndex)...].dropLast(5))
        }
        var contents = FolderContents(root: folder)
        _ = contents.refresh(named: nil, quietSince: nil)
        let files = contents.files
        let mailings = files.keys.compactMap { path in
            if case .mailing(let name) = FolderFile(path: path) { name } else { nil }
        }
        guard let name = name ?? (mailings.count == 1 ? mailings[0] : nil) else {
            throw Options.Invalid(
                description: "\(path) holds \(mailings.count) mailings; name one of its files")
        }
        return MailingSource(name: name, files: files)
    }
}

extension MailingSource {
    /// What its `loop.conf` or `loop/*.conf` says; nil when there is none.
    func declaredRules() throws(Options.Invalid) -> LoopRules? {
        let paths = MailingSource.rulesPaths(among: files.keys)
        guard !paths.isEmpty else { return nil }
        let reader = RulesReader(paths.map { SourceText(path: $0, bytes: files[$0] ?? []) })
        if let finding = reader.findings.first(where: { $0.severity == .refuse }) {
            throw Options.Invalid(description: finding.report)
        }
        return reader.rules
    }
}

internal import Composition
internal import Diagnostics
internal import Glibc
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
            name = String(path[(slash.map { path.index(after: $0) } ?? path.startIndex)...])
        }
        let mailings = names(in: folder, ending: ".html")
        guard let file = name ?? (mailings.count == 1 ? mailings[0] : nil) else {
            throw Options.Invalid(
                description: "\(path) holds \(mailings.count) mailings; name one of its files")
        }
        var source = MailingSource(name: String(file.dropLast(5)), files: [:])
        var paths = [source.htmlPath, source.textPath, "loop.conf"]
        for (inner, ending) in [("layouts", ".html"), ("partials", ".html"), ("loop", ".conf")] {
            paths += names(in: "\(folder)/\(inner)", ending: ending).map { "\(inner)/\($0)" }
        }
        for path in paths { source.files[path] = Terminal.readFile("\(folder)/\(path)") }
        return source
    }

    private static func names(in folder: String, ending: String) -> [String] {
        guard let handle = opendir(folder) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(ending), !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
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

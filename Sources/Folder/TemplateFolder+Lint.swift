package import Composition
package import Core
package import Diagnostics

extension TemplateFolder {
    /// What the folder as it stands now amounts to.
    package struct Judgement: Sendable {
        /// By path and position.
        package let findings: [Finding]
        /// How many files were read.
        package let files: Int

        package var refusals: Int { findings.count { $0.severity == .refuse } }
        package var warnings: Int { findings.count - refusals }
    }

    /// How often a file that changes under the reader's hands is read again.
    private static let attempts = 3

    /// Judges all files as they would be judged when dropped; nil when the folder cannot be listed.
    ///
    /// - Parameters:
    ///   - grants: what maild.conf allows the folder.
    ///   - zone: in which a date without one is read.
    ///   - zones: finds a time zone by its name.
    package func lint(
        grants: Grants, zone: Zone, zones: @escaping (String) -> Zone?
    ) -> Judgement? {
        guard isReadable else { return nil }
        var contents = FolderContents(root: root)
        for _ in 0..<Self.attempts {
            contents.refresh(named: nil, quietSince: nil)
            if contents.unstable.isEmpty { break }
        }
        var refused = contents.refused
        for path in contents.unstable { refused[path] = "changes while it is read" }
        let findings = FolderLint.findings(
            in: contents.files, refused: refused, grants: grants, zone: zone, zones: zones)
        return Judgement(findings: findings, files: contents.files.count)
    }
}

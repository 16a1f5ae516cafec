internal import Diagnostics
internal import Rules
internal import Store

/// Fields that were added by command: they are read as one more file of rules, so that conditions,
/// templates and frozen versions know them.
extension DeskRound {
    /// Looks whether there are others than before.
    func takeAddedFields() -> Bool {
        guard let found = try? reader.addedFields() else { return false }
        let sections = Dictionary(uniqueKeysWithValues: found.map { ($0.name, $0.section) })
        defer { addedFields = sections }
        return sections != addedFields
    }

    /// The file; nil when there is nothing to add. What the folder declares itself is left out.
    func addedSections(besides files: [String: [UInt8]]) -> [UInt8]? {
        guard !addedFields.isEmpty else { return nil }
        let own = RulesReader(
            files.map { SourceText(path: $0.key, bytes: $0.value) }, zone: settings.zone)
        let sections = addedFields.filter { own.rules.fields[$0.key] == nil }
            .sorted { $0.key < $1.key }.map(\.value)
        return sections.isEmpty ? nil : Array(sections.joined(separator: "\n").utf8)
    }
}

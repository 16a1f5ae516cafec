internal import Composition
internal import Core
internal import Diagnostics
internal import Folder

extension DeskRound {
    /// The most sample people that are shown.
    private static let sampleLimit = 20

    /// Writes the page, the messages beside it and the derived text part, when what they show has
    /// changed.
    func show(_ entry: Valid, _ facts: PreviewPage.Facts) throws {
        let name = entry.mailing.name
        guard shown[name] != facts else { return }
        shown[name] = facts
        let looks = try PreviewLooks(
            entry.mailing, entry.preview, samples: samples(entry.mailing), reader: reader,
            now: now)
        let page = PreviewPage(
            facts: facts, mailing: entry.mailing, report: entry.preview?.report,
            warnings: weighed(entry) + unmatched(entry), looks: looks)
        let images = entry.mailing.images.compactMap { image in
            contents.files[image.path].map { (name: image.publicName, bytes: $0) }
        }
        var isWritten = previews.fill(name, with: looks.all.compactMap(\.file) + images)
        isWritten = previews.write("\(name).html", page.html) && isWritten
        if let text = entry.mailing.textTemplate {
            isWritten = previews.write("\(name).txt", text) && isWritten
        } else {
            previews.remove("\(name).txt")
        }
        if !isWritten {
            surroundings.log(.error, "cannot write the preview of \(name)")
        }
    }

    /// The judgement's warnings; those that depend on the audience say how many they hit, once the
    /// dry run has counted, and are left out when that is nobody.
    private func weighed(_ entry: Valid) -> [Finding] {
        guard let report = entry.preview?.report else { return entry.warnings }
        // By their text: the judgement's own show the line as it stands in the file.
        var people: [String: Int] = [:]
        for (warning, hits) in zip(entry.mailing.audienceWarnings, report.hits) {
            people[warning.finding.summary] = hits
        }
        return entry.warnings.compactMap { warning in
            guard let hits = people[warning.summary] else { return warning }
            guard hits > 0 else { return nil }
            var warning = warning
            warning.message += "; it hits \(hits) of \(report.audience) recipients"
            return warning
        }
    }

    /// Warnings about alternatives and blocks that nobody in the audience gets.
    private func unmatched(_ entry: Valid) -> [Finding] {
        guard let report = entry.preview?.report, report.evaluated > 0 else { return [] }
        return zip(entry.mailing.offers, report.offers).flatMap { offer, shares in
            zip(offer.options, shares.shares).compactMap { option, share in
                share.people == 0 && !option.isDefault ? option.unmatched : nil
            }
        }
    }

    /// The people of `samples/`, else somebody of whom nothing is known.
    func samples(_ mailing: CompiledMailing) -> [SamplePerson] {
        let files = contents.files
        let paths = files.keys.filter { FolderFile(path: $0) == .sample }.sorted()
        let people = paths.prefix(Self.sampleLimit).compactMap { path in
            SamplePerson(
                name: String(path.dropFirst("samples/".count).dropLast(".json".count)),
                files[path] ?? [], rules: mailing.rules)
        }
        return people.isEmpty ? [.nobody] : people
    }
}

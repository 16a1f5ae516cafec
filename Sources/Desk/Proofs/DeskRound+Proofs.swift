internal import Composition
internal import Core
internal import Store
internal import Versions

extension DeskRound {
    /// The most combinations of choices that proofs show.
    static let proofLimit = 12

    /// Sends every combination of choices to the colleagues whom the file names, once for each
    /// version: for one person of each combination, or for the samples while the audience is empty.
    func sendProofs(of name: String) throws {
        guard let entry = valid[name], let preview = entry.preview,
            !entry.mailing.frontMatter.proof.isEmpty,
            let id = try reader.mailing(named: name)?.activeVersion,
            try reader.version(id)?.hash == entry.mailing.version.text
        else { return }
        let rows = try proofRows(entry.mailing, preview)
        let total = rows.count
        var proofs: [ProofRecord] = []
        for (number, (profile, row)) in rows.enumerated() {
            let choices = row.choices.text
            let prefix =
                "[proof \(number + 1)/\(total)\(choices.isEmpty ? "" : " ")"
                + choices.prefix(60).trimmed + "] "
            for recipient in entry.mailing.frontMatter.proof {
                proofs.append(
                    ProofRecord(
                        profile: profile, recipient: recipient, prefix: prefix,
                        choices: choices.isEmpty ? nil : choices, mergeRow: row.bytes))
            }
        }
        let (queued, at) = (proofs, now)
        let count = try store.write(.control) {
            try $0.queueProofs(queued, version: id, at: at)
        }
        guard count > 0 else { return }
        surroundings.log(.notice, "\(name): \(count) proofs are on their way")
        surroundings.changed()
    }

    private func proofRows(
        _ mailing: CompiledMailing, _ preview: Preview
    ) throws -> [(profile: Int64, row: MergeRow)] {
        let columns = try reader.fieldColumns()
        var rows: [(profile: Int64, row: MergeRow)] = []
        for one in preview.report.combinations where rows.count < Self.proofLimit {
            guard preview.people.contains(one.example),
                let person = try mailing.person(one.example, columns: columns, in: reader)
            else { continue }
            if case .success(let row) = mailing.mergeRow(of: person, now: now) {
                rows.append((one.example, row))
            }
            if let failure = person.failure { throw failure }
        }
        guard rows.isEmpty else { return rows }
        for sample in samples(mailing) where rows.count < Self.proofLimit {
            guard case .success(let row) = mailing.mergeRow(of: sample, now: now),
                !rows.contains(where: { $0.row.choices == row.choices })
            else { continue }
            rows.append((0, row))
        }
        return rows
    }
}

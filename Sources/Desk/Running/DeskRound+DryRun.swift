internal import Composition
internal import Core
internal import JSON
internal import Store

extension DeskRound {
    /// How long real people are shown.
    static let shownFor = TimeSpan.days(14)

    /// After an activation: takes up what is known of this version, or asks for a dry run. One that
    /// does not wait, and whose version is not new, has had its run.
    func prepareDryRun(_ record: MailingRecord, isNew: Bool) throws {
        let name = record.name
        guard let entry = valid[name], entry.preview == nil else { return }
        if let kept = try reader.preview(of: name), kept.version == entry.mailing.version.text,
            let json = try? JSON(parsing: kept.report), let report = DryRunReport(json: json)
        {
            valid[name]?.preview = Preview(report: report, made: kept.made, people: kept.people)
            try sendProofs(of: name)
        } else if isNew || record.state == .waiting || entry.mailing.audience == nil {
            dryRuns.want(entry.mailing)
        }
    }

    /// A run says less the more the audience has changed since: as with approvals, by a tenth.
    func wantDryRunAgain(_ entry: Valid, _ audience: Int) {
        guard let report = entry.preview?.report, dryRuns.stage(of: entry.mailing.name) == nil,
            !ApprovalCode(audience: report.audience, letters: "").covers(audience)
        else { return }
        dryRuns.want(entry.mailing)
    }

    func dryRunState(_ entry: Valid, _ audience: Int) -> ReleaseDecision.DryRunState {
        if let stage = dryRuns.stage(of: entry.mailing.name) { return .pending(stage.text) }
        if let failure = entry.failure {
            return .objection("its dry run could not be made, \(failure)")
        }
        guard let report = entry.preview?.report else { return .pending("waits for its dry run") }
        let limit = entry.mailing.frontMatter.maxSkip.people(of: audience)
        return report.objection(maxSkip: limit).map { .objection($0) } ?? .clean
    }

    /// Takes up what has been found since.
    func takeDryRuns() {
        for finished in dryRuns.takeFinished() {
            guard valid[finished.name]?.mailing.version == finished.version else { continue }
            do {
                try take(finished)
            } catch {
                surroundings.log(.error, "\(finished.name): cannot keep its dry run: \(error)")
            }
        }
    }

    private func take(_ finished: DryRuns.Finished) throws {
        let name = finished.name
        switch finished.report {
        case .failure(let failure):
            surroundings.log(.error, "\(name): its dry run could not be made: \(failure.reason)")
            valid[name]?.failure = failure.reason
        case .success(let report):
            valid[name]?.failure = nil
            try keep(Preview(report: report, made: now, people: report.people), of: name)
            try sendProofs(of: name)
        }
    }

    private func keep(_ preview: Preview, of name: String) throws {
        guard let entry = valid[name] else { return }
        let record = PreviewRecord(
            mailing: name, version: entry.mailing.version.text, made: preview.made,
            report: preview.report.json.text, people: preview.people)
        try store.write(.control) { try $0.keep(record) }
        valid[name]?.preview = preview
        shown[name] = nil
    }

    /// Takes people off the previews: after fourteen days, and whoever was erased at once.
    func forgetPeople() {
        do {
            for name in try reader.previewsOfErased() {
                try remake(name) { preview, kept in preview.people = kept.people }
            }
            for name in try reader.previewsOfPeople(before: now - Self.shownFor) {
                try remake(name) { preview, _ in preview.people = [] }
            }
        } catch {
            surroundings.log(.error, "previews cannot be cleared of people: \(error)")
        }
    }

    /// Keeps a preview with fewer people; the files of one whose mailing is gone are deleted.
    private func remake(
        _ name: String, _ change: (inout Preview, PreviewRecord) -> Void
    ) throws {
        guard var preview = valid[name]?.preview, let kept = try reader.preview(of: name),
            kept.version == valid[name]?.mailing.version.text
        else {
            previews.removeAll(of: name)
            try store.write(.control) { try $0.forgetPreview(of: name) }
            // A run under way brings a new one.
            shown[name] = nil
            return
        }
        change(&preview, kept)
        try keep(preview, of: name)
    }
}

extension DryRunReport {
    /// Whom a preview of this run shows.
    var people: Set<Int64> {
        Set(combinations.map(\.example) + [longest, shortest].compactMap { $0?.profile })
    }
}

extension FrontMatter.SkipLimit {
    /// How many of an audience may be left out; up to five always, so that one odd profile does not
    /// stop a small mailing.
    func people(of audience: Int) -> Int {
        switch self {
        case .count(let count): count
        case .share(let share): max(5, Int((Double(audience) * share).rounded(.down)))
        }
    }
}

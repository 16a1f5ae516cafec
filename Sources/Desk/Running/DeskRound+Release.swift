internal import Composition
internal import Core
internal import Expression
internal import Folder
internal import Rules
internal import Store

extension DeskRound {
    /// Decides whether a mailing may start, says what it waits for, and shows it. Returns when
    /// time alone could change that.
    func attend(_ name: String) -> Instant? {
        guard let entry = valid[name] else { return nil }
        do {
            guard let record = try reader.mailing(named: name) else { return nil }
            var facts = PreviewPage.Facts(
                name: name, version: entry.mailing.version.text, state: "\(record.state)")
            facts.audience = try audience(of: name, isWaiting: record.state == .waiting)
            var until: Instant?
            if record.state == .waiting, let audience = facts.audience {
                until = try decide(entry, record, audience, &facts)
            }
            show(entry, facts)
            return until
        } catch {
            surroundings.log(.error, "\(name): cannot be looked after: \(error)")
            return now + .seconds(5)
        }
    }

    private func decide(
        _ entry: Valid, _ record: MailingRecord, _ audience: Int, _ facts: inout PreviewPage.Facts
    ) throws -> Instant? {
        let mailing = entry.mailing
        let version = mailing.version.text
        if entry.isBroken {
            let reason = "its file is in error: see \(mailing.name).error.txt"
            facts.waiting = reason
            try wait(record, reason)
            return nil
        }
        let approval = ApprovalCode.judge(
            mailing.frontMatter.approve, mailing: mailing.name, version: version,
            audience: audience, makeLetters: surroundings.codeLetters)
        let decision = ReleaseDecision(limit: settings.releaseLimit, coolOff: settings.coolOff)
        let verdict = decision.verdict(
            ReleaseDecision.Facts(
                send: mailing.frontMatter.send, approval: approval, audience: audience,
                unchangedSince: entry.since), now: now)
        switch verdict {
        case .release:
            let name = mailing.name
            let at = now
            try store.write(.control) { try $0.release(name, at: at) }
            surroundings.log(.notice, "\(name): released to \(audience) recipients")
            surroundings.changed()
            facts.state = "\(MailingState.running)"
            return nil
        case .wait(let reason, let until):
            facts.waiting = reason
            let message = ApprovalCode.message(
                mailing: mailing.name, version: version, audience: audience)
            facts.code = surroundings.codeLetters(message).map {
                ApprovalCode(audience: audience, letters: $0).text
            }
            try wait(record, reason)
            return until
        }
    }

    private func wait(_ record: MailingRecord, _ reason: String) throws {
        guard record.reason != reason else { return }
        let name = record.name
        try store.write(.control) { try $0.setWaiting(reason: reason, mailing: name) }
    }

    /// Counting takes its time with a million profiles: a mailing that waits is counted anew after
    /// five seconds, any other only when its version is new.
    private func audience(of name: String, isWaiting: Bool) throws -> Int? {
        guard let entry = valid[name] else { return nil }
        if let counted = entry.counted, !isWaiting || now < counted.at + .seconds(5) {
            return counted.people
        }
        let people = try count(entry.mailing)
        valid[name]?.counted = (people, now)
        return people
    }

    /// How many it would go to: those in the audience who may be mailed and have the topic.
    private func count(_ mailing: CompiledMailing) throws -> Int? {
        guard let condition = mailing.audience else { return nil }
        let compiler = ConditionCompiler(
            columns: try reader.fieldColumns(), standards: mailing.rules.standards,
            segments: mailing.rules.conditions, now: now)
        var all = try compiler.compile(condition).holds
        var rest = mailing.frontMatter.kind == .marketing ? "status == \"active\"" : ""
        if mailing.frontMatter.kind == .marketing, let topic = mailing.frontMatter.topic {
            rest += " and subscribed \"\(topic)\""
        }
        if !rest.isEmpty {
            let eligible = try Expression.condition(rest, mailing.rules.vocabulary)
            let sql = try compiler.compile(eligible).holds
            all = SQLCondition(
                sql: "(\(all.sql)) AND (\(sql.sql))", values: all.values + sql.values)
        }
        return try reader.count(all)
    }

    // MARK: - Showing

    private func show(_ entry: Valid, _ facts: PreviewPage.Facts) {
        let name = entry.mailing.name
        guard shown[name] != facts else { return }
        shown[name] = facts
        let page = PreviewPage(
            facts: facts, links: entry.mailing.links, warnings: entry.warnings,
            looks: looks(at: entry.mailing))
        var isWritten = previews.write("\(name).html", page.html)
        if let text = page.text {
            isWritten = previews.write("\(name).txt", text) && isWritten
        }
        if !isWritten {
            surroundings.log(.error, "cannot write the preview of \(name)")
        }
    }

    /// How the mailing looks to the sample people, at most ten, else to somebody unknown.
    private func looks(at mailing: CompiledMailing) -> [PreviewPage.Look] {
        let paths = contents.files.keys.filter { FolderFile(path: $0) == .sample }.sorted()
        var people = paths.prefix(10).compactMap { path in
            SamplePerson(
                name: String(path.dropFirst("samples/".count).dropLast(".json".count)),
                contents.files[path] ?? [], rules: mailing.rules)
        }
        if people.isEmpty { people = [.nobody] }
        return people.map { person in
            switch mailing.mergeRow(of: person, now: now) {
            case .failure(let failure):
                return PreviewPage.Look(
                    person: person.name, outcome: .failure(failure), choices: "")
            case .success(let row):
                return PreviewPage.Look(
                    person: person.name, outcome: mailing.preview(row), choices: row.choices.text)
            }
        }
    }
}

extension CompiledMailing {
    fileprivate func preview(_ row: MergeRow) -> Result<RenderedMessage, RenderFailure> {
        do throws(RenderFailure) {
            return .success(try render(row, identity: .preview))
        } catch {
            return .failure(error)
        }
    }
}

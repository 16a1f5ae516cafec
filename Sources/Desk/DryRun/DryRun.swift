internal import Composition
internal import Core
internal import Expression
internal import Store
internal import Threads

/// Goes through a mailing's audience as it is now: chooses for everybody, makes a sample of the
/// messages and the extremes, sends nothing.
///
/// People are read by ranges of profile ids, so that no read of the store lasts and memory is
/// bounded whatever the audience. Nothing but numbers and ids is kept.
struct DryRun {
    /// How far a run has come.
    struct Progress: Hashable {
        var evaluated = 0
        var audience = 0
    }

    let mailing: CompiledMailing
    let reader: ReadAccess
    /// The instant for which conditions are asked.
    let now: Instant
    /// Asked between ranges; false ends the run.
    let goesOn: (Progress) -> Bool

    /// Messages that are made.
    static let sampleSize = 1000
    /// Profile ids in a range: what takes a tenth of a second, within these bounds.
    private static let spans: ClosedRange<Int64> = 64...4096
    /// A range that took longer is followed by a shorter one.
    private static let patience: Int64 = 200
    /// Each costs a look at everybody.
    private static let countedWarnings = 50
    /// Candidates for the extremes are looked for among so many combinations.
    private static let extremeCombinations = 200

    /// Nil when it was ended.
    func run() throws -> DryRunReport? {
        let columns = try reader.fieldColumns()
        let matter = mailing.frontMatter
        let compiler = ConditionCompiler(mailing.rules, columns: columns, now: now)
        let recipients = try compiler.recipients(
            mailing.audience, kind: matter.kind, topic: matter.topic)
        var progress = Progress()
        guard let audience = try count(recipients, progress) else { return nil }
        progress.audience = audience
        let used = columns.filter { mailing.fieldsUsed.contains($0.key) }
        var tally = DryRunTally(mailing: mailing, now: now)
        let isWhole = try ranges(progress) { ids in
            let people = try reader.people(
                recipients, in: ids, columns: used, standards: mailing.rules.standards)
            for person in people {
                tally.add(person)
                if let failure = person.failure { throw failure }
            }
            progress.evaluated += people.count
            return progress
        }
        guard isWhole, try sample(&tally, used, progress),
            let hits = try hits(compiler, recipients, progress)
        else { return nil }
        var report = tally.report(audience: audience)
        report.hits = hits
        return report
    }

    /// How many of the recipients each of the mailing's audience warnings hits, in their order; nil
    /// when the run was ended.
    private func hits(
        _ compiler: ConditionCompiler, _ recipients: SQLCondition, _ progress: Progress
    ) throws -> [Int]? {
        var hits: [Int] = []
        for warning in mailing.audienceWarnings.prefix(Self.countedWarnings) {
            let condition = try compiler.compile(warning.condition).holds
            let both = SQLCondition(
                sql: "(\(recipients.sql)) AND (\(condition.sql))",
                values: recipients.values + condition.values)
            guard let people = try count(both, progress) else { return nil }
            hits.append(people)
        }
        return hits
    }

    /// How many are in the audience; nil when the run was ended.
    private func count(_ condition: SQLCondition, _ progress: Progress) throws -> Int? {
        var total = 0
        let isWhole = try ranges(progress) { ids in
            total += try reader.count(condition, in: ids)
            return progress
        }
        return isWhole ? total : nil
    }

    /// Calls `body` for one range of ids after another; false when the run was ended.
    private func ranges(
        _ progress: Progress, _ body: (ClosedRange<Int64>) throws -> Progress
    ) throws -> Bool {
        let last = try reader.lastProfileID()
        var span = Self.spans.lowerBound
        var next: Int64 = 1
        var progress = progress
        while next <= last {
            guard goesOn(progress) else { return false }
            let start = MonotonicTime.now()
            let (end, overflow) = next.addingReportingOverflow(span - 1)
            let range = next...(overflow ? last : min(end, last))
            progress = try body(range)
            let took = MonotonicTime.now().milliseconds(since: start)
            if took > Self.patience { span = max(Self.spans.lowerBound, span / 2) }
            if took < Self.patience / 4 { span = min(Self.spans.upperBound, span * 2) }
            guard range.upperBound < last else { break }
            next = range.upperBound + 1
        }
        return goesOn(progress)
    }

    /// Makes the messages of the sample, and of whom the longest and shortest are expected; false
    /// when the run was ended.
    private func sample(
        _ tally: inout DryRunTally, _ columns: [String: FieldColumn], _ progress: Progress
    ) throws -> Bool {
        guard !mailing.mayAbort else { return true }
        let extremes = tally.extremeCandidates(Self.extremeCombinations)
        let chosen = Set(tally.sample.ids)
        for (number, id) in (chosen.sorted() + extremes.subtracting(chosen).sorted()).enumerated() {
            if number % 64 == 0, !goesOn(progress) { return false }
            // Somebody may have gone meanwhile.
            guard
                let person = try StoredPerson(
                    id, columns: columns, standards: mailing.rules.standards, from: reader)
            else { continue }
            tally.render(person, isSampled: number < chosen.count)
            if let failure = person.failure { throw failure }
        }
        return true
    }
}

internal import Composition
internal import Core
internal import Diagnostics
internal import Expression
internal import Rules
internal import Store
internal import Versions

extension Service {
    /// The rules that were in force when the daemon last ran.
    static func rules(in reader: ReadAccess, zone: Zone, _ log: Log) throws -> LoopRules {
        let sources = try reader.rulesFiles().sorted { $0.key < $1.key }.map {
            SourceText(path: $0.key, text: $0.value)
        }
        let read = RulesReader(sources, zone: zone)
        for finding in read.findings where finding.severity == .refuse {
            log(.error, "the stored rules: \(finding.summary)")
        }
        return read.rules
    }
}

extension LoopRules {
    /// The people in a segment, as a condition in SQL that is for use at once.
    func audience(
        _ name: String, columns: [String: FieldColumn], now: Instant
    ) throws -> SQLCondition {
        guard let segment = segments[name] else {
            throw StoreError.refused(
                unknownName("segment", name, among: segments.keys.sorted()))
        }
        let compiler = ConditionCompiler(self, columns: columns, now: now)
        return try compiler.compile(segment.condition).holds
    }
}

extension ReadAccess {
    /// Whom a mailing is for; nil when it is started by no audience.
    func audienceCondition(
        of name: String, _ versions: CompiledVersions
    ) throws -> (condition: Expression, rules: LoopRules)? {
        guard let id = try mailing(named: name)?.activeVersion,
            let mailing = try versions.mailing(version: id, in: self),
            let audience = mailing.audience
        else { return nil }
        return (audience, mailing.rules)
    }

    /// Why a mailing that is started by its audience cannot be released now, not even by hand; nil
    /// when it can.
    func releaseObstacle(
        of name: String, _ versions: CompiledVersions, now: Instant
    ) throws -> String? {
        guard let id = try mailing(named: name)?.activeVersion,
            let mailing = try versions.mailing(version: id, in: self),
            let audience = mailing.audience
        else { return nil }
        let compiler = ConditionCompiler(mailing.rules, columns: try fieldColumns(), now: now)
        if try profileIDs(compiler.compile(audience).holds, limit: 1).isEmpty {
            return "nobody is in the audience of \(name), and a mailing goes out only once"
        }
        guard !mailing.couponPools.isEmpty else { return nil }
        let matter = mailing.frontMatter
        let people = try count(
            compiler.recipients(audience, kind: matter.kind, topic: matter.topic))
        return try shortage(of: mailing.couponPools, for: people)
    }
}

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
    /// Whether a mailing that is started by its audience would go to nobody now.
    func audienceIsEmpty(
        of name: String, _ versions: CompiledVersions, now: Instant
    ) throws -> Bool {
        guard let id = try mailing(named: name)?.activeVersion,
            let mailing = try versions.mailing(version: id, in: self),
            let audience = mailing.audience
        else { return false }
        let compiler = ConditionCompiler(mailing.rules, columns: try fieldColumns(), now: now)
        return try profileIDs(compiler.compile(audience).holds, limit: 1).isEmpty
    }
}

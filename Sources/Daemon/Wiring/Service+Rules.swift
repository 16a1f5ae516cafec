internal import Core
internal import Diagnostics
internal import Expression
internal import Rules
internal import Store

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
        let compiler = ConditionCompiler(
            columns: columns, standards: standards, segments: conditions, now: now)
        return try compiler.compile(segment.condition).holds
    }
}

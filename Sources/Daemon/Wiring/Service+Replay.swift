internal import Control
internal import Core
internal import Diagnostics
internal import JSON
internal import Loop
internal import Rules
internal import Store

extension Store {
    /// Tries rules on what has happened; `rules` are those in force. Throws with what is wrong with
    /// the ones that are tried.
    func replay(
        _ call: ReplayCall, against rules: LoopRules, links: @escaping LinkBinding.Lookup,
        now: Instant
    ) throws -> JSON {
        let read = RulesReader(
            [SourceText(path: "loop.conf", text: call.rules)], zone: rules.zone)
        if let refused = read.findings.first(where: { $0.severity == .refuse }) {
            throw StartFailure(refused.summary)
        }
        var replay = try Replay(
            ReplayRequest(
                rules: read.rules, since: call.since, now: now, mailing: call.mailing,
                examples: call.examples),
            current: rules, in: self, links: links, directory: directory)
        return try replay.run()
    }
}

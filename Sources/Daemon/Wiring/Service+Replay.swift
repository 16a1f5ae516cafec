internal import Composition
internal import Control
internal import Core
internal import Diagnostics
internal import JSON
internal import Loop
internal import Rules
internal import Store
internal import Versions

extension Store {
    /// Tries rules on what has happened; `rules` are those in force. Throws with what is wrong with
    /// the ones that are tried.
    func replay(
        _ call: ReplayCall, against rules: LoopRules, links: @escaping LinkBinding.Lookup,
        _ versions: CompiledVersions, now: Instant
    ) throws -> JSON {
        let reader = try reader()
        // Fields that were added by command belong to no file of the folder.
        let added = try reader.rulesFiles()[LoopRules.addedFieldsPath].map {
            SourceText(path: LoopRules.addedFieldsPath, text: $0)
        }
        let tried = SourceText(path: "loop.conf", text: call.rules)
        let read = RulesReader([tried] + [added].compactMap { $0 }, zone: rules.zone)
        if let refused = read.findings.first(where: { $0.severity == .refuse }) {
            throw StartFailure(refused.summary)
        }
        let mailing = try call.mailing.flatMap {
            try reader.replayed($0, under: rules, and: read.rules, versions)
        }
        var replay = try Replay(
            ReplayRequest(
                rules: read.rules, since: call.since, now: now, mailing: mailing,
                examples: call.examples),
            current: rules, in: self, links: links, directory: directory)
        return try replay.run()
    }
}

extension ReadAccess {
    /// A mailing as two sets of rules would make it; nil when it has no version. Throws with what
    /// either refuses.
    fileprivate func replayed(
        _ name: String, under current: LoopRules, and tried: LoopRules,
        _ versions: CompiledVersions
    ) throws -> ReplayedMailing? {
        guard let id = try mailing(named: name)?.activeVersion, let version = try version(id) else {
            return nil
        }
        func made(_ rules: LoopRules, _ whose: String) throws -> CompiledMailing {
            do {
                return try versions.mailing(version, under: rules)
            } catch let error as CompiledVersions.Unreadable {
                throw StartFailure("\(name) cannot be made by \(whose): \(error.reason)")
            }
        }
        return ReplayedMailing(
            current: try made(current, "the rules in force"),
            tried: try made(tried, "the rules that are tried"))
    }
}

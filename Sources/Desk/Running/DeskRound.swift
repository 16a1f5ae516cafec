internal import Composition
internal import Core
internal import Diagnostics
internal import Folder
internal import Message
internal import Rules
internal import Store

/// One look at the folder after another; lives on the desk's thread.
final class DeskRound {
    /// A mailing whose files were valid when last looked at.
    struct Valid {
        var mailing: CompiledMailing
        var warnings: [Finding]
        /// When the version in force came into force.
        var since: Instant
        /// Its files have been changed since and are in error: it does not start by itself.
        var isBroken = false
        /// The audience as last counted, and when to count it again.
        var counted: (people: Int?, again: Instant)?
        /// What the dry run of this version found; nil before its end.
        var preview: Preview?
        /// Why the last dry run of this version could not be made.
        var failure: String?
    }

    /// What a dry run found, as it is shown.
    struct Preview {
        var report: DryRunReport
        var made: Instant
        /// The real people that the page shows.
        var people: Set<Int64>
    }

    let store: Store
    let reader: ReadAccess
    let rules: RulesInForce
    let settings: DeskSettings
    let surroundings: DeskSurroundings
    let previews: PreviewFolder
    var contents: FolderContents
    var errors: ErrorHold
    var valid: [String: Valid] = [:]
    /// What each preview was made of, so that it is written only when that changes.
    var shown: [String: PreviewPage.Facts] = [:]
    /// What was last counted of a mailing's links, and when.
    var clicks: [String: (figures: [LinkFigures], at: Instant)] = [:]
    let dryRuns: DryRuns
    private var rulesFiles: [String: String] = [:]
    /// Sections of fields added by command, by name.
    var addedFields: [String: String] = [:]
    private var names: Set<String> = []
    private var nextScan: Instant

    /// A change this young may still be going on.
    private static let quiet = TimeSpan.seconds(1)
    /// How soon a file that changed under the reader's hands is read again.
    private static let retry = TimeSpan.milliseconds(200)

    init(
        store: Store, reader: ReadAccess, rules: RulesInForce, settings: DeskSettings,
        surroundings: DeskSurroundings, dryRuns: DryRuns
    ) {
        self.dryRuns = dryRuns
        self.store = store
        self.reader = reader
        self.rules = rules
        self.settings = settings
        self.surroundings = surroundings
        previews = PreviewFolder(root: settings.previews)
        contents = FolderContents(root: settings.templates)
        errors = ErrorHold(interval: settings.errorDelay)
        nextScan = surroundings.clock()
    }

    var now: Instant { surroundings.clock() }

    var isRescanDue: Bool { now >= nextScan || !contents.unstable.isEmpty }

    // MARK: - Looking

    /// Looks at the folder: at what events named, or (nil) at everything.
    func look(named: Set<String>?, isStart: Bool) {
        if named == nil { nextScan = now + settings.rescan }
        if isStart {
            if !previews.prepare() {
                surroundings.log(.error, "cannot make the folder \(settings.previews)")
            }
            recallRules()
        }
        let changed = contents.refresh(named: named, quietSince: isStart ? nil : now - Self.quiet)
        let hasNewFields = takeAddedFields()
        guard !changed.isEmpty || isStart || hasNewFields else { return }
        let kinds = changed.compactMap(FolderFile.init(path:))
        let before = names
        names = Set(
            (Array(contents.files.keys) + contents.refused.keys).compactMap { path in
                if case .mailing(let name)? = FolderFile(path: path) { name } else { nil }
            })
        var affected = Set(kinds.compactMap(\.mailingName)).intersection(names)
        var touchesAll = isStart || names != before
        if kinds.contains(.rules) || touchesAll || hasNewFields {
            touchesAll = judgeRules() || touchesAll
        }
        if kinds.contains(where: \.isShared) || touchesAll { affected = names }
        affected.formUnion(users(of: changed.filter { FolderFile(path: $0) == .asset }))
        for name in affected.sorted() { judge(name) }
        for name in before.subtracting(names).sorted() { forget(name) }
        if isStart { noteAbsent() }
        if kinds.contains(.sample) { shown = [:] }
    }

    /// The mailings that images and attachments concern: those that use one, and those in error,
    /// which may have missed one.
    private func users(of assets: Set<String>) -> Set<String> {
        guard !assets.isEmpty else { return [] }
        return names.filter { name in
            guard let entry = valid[name], !entry.isBroken else { return true }
            return !entry.mailing.filesUsed.isDisjoint(with: assets)
        }
    }

    /// The rules that held when the daemon stopped, until the folder says otherwise.
    private func recallRules() {
        guard let files = try? reader.rulesFiles(), !files.isEmpty else { return }
        let read = RulesReader(Self.texts(files), zone: settings.zone)
        guard !read.findings.contains(where: { $0.severity == .refuse }) else { return }
        rulesFiles = files
        rules.replace(with: read.rules)
    }

    private static func texts(_ files: [String: String]) -> [SourceText] {
        files.sorted { $0.key < $1.key }.map { SourceText(path: $0.key, text: $0.value) }
    }

    // MARK: - Rules

    /// Reads the rules in the folder. Returns whether others came into force.
    private func judgeRules() -> Bool {
        var files = contents.files.filter { FolderFile(path: $0.key) == .rules }
        let unread = contents.refused.filter { FolderFile(path: $0.key) == .rules }
        // Deleting the rules stops nothing: the last good ones stay in force.
        let held = rulesFiles.keys.contains { $0 != LoopRules.addedFieldsPath }
        guard !files.isEmpty || !unread.isEmpty || (!held && !addedFields.isEmpty) else {
            return false
        }
        files[LoopRules.addedFieldsPath] = addedSections(besides: files)
        let judgement = RulesJudgement(
            files, zone: settings.zone, mailings: knownMailings, grants: settings.grants)
        guard judgement.isValid, unread.isEmpty else {
            let findings = unread.map { Self.finding($0.key, $0.value) } + judgement.findings
            errors.note(MailingCheck.report(findings.inOrder), about: "loop", now: now)
            return false
        }
        let texts = files.mapValues { String(decoding: $0, as: UTF8.self) }
        guard texts == rulesFiles || activate(judgement.rules, texts) else { return false }
        mend("loop")
        show(judgement.findings)
        defer { rulesFiles = texts }
        return texts != rulesFiles
    }

    /// Puts what is doubtful about the rules in force beside the previews.
    private func show(_ warnings: [Finding]) {
        let file = "loop.warning.txt"
        guard !warnings.isEmpty else { return previews.remove(file) }
        if !previews.write(file, Array(MailingCheck.report(warnings).utf8)) {
            surroundings.log(.error, "cannot write \(file) in \(settings.previews)")
        }
    }

    private func activate(_ next: LoopRules, _ files: [String: String]) -> Bool {
        let at = now
        do {
            try store.write(.control) { try $0.activate(next, files: files, at: at) }
        } catch {
            errors.note("loop.conf: \(error)\n", about: "loop", now: now)
            return false
        }
        rules.replace(with: next)
        let paths = files.keys.sorted().joined(separator: ", ")
        surroundings.log(.notice, "the rules in \(paths) are in force")
        return true
    }

    /// Mailings that rules and conditions may name.
    private var knownMailings: Set<String> {
        let stored = (try? reader.mailings().map(\.name)) ?? []
        return names.union(stored)
    }

    static func finding(_ path: String, _ reason: String) -> Finding {
        Finding(
            code: "file", path: path, position: SourcePosition(line: 1, column: 1),
            "the file \(reason)")
    }

    // MARK: - Mailings

    private func judge(_ name: String) {
        if let reason = contents.refused["\(name).html"] {
            return refuse(name, [Self.finding("\(name).html", reason)])
        }
        let check = MailingCheck(
            rules: rules.current, rulesFiles: rulesFiles, grants: settings.grants,
            zones: surroundings.zones)
        switch check.judge(
            name, in: contents.files, refused: contents.refused, mailings: knownMailings)
        {
        case .refused(let findings): refuse(name, findings)
        case .valid(let mailing, let frozen, let warnings):
            activate(mailing, frozen, warnings)
        }
    }

    private func refuse(_ name: String, _ findings: [Finding]) {
        valid[name]?.isBroken = true
        errors.note(MailingCheck.report(findings), about: name, now: now)
    }

    private func activate(
        _ mailing: CompiledMailing, _ frozen: MailingSource, _ warnings: [Finding]
    ) {
        let matter = mailing.frontMatter
        let activation = WriteAccess.Activation(
            name: mailing.name, hash: mailing.version.text, kind: matter.kind, topic: matter.topic,
            isTriggered: matter.send == .onTrigger,
            schedule: matter.send.recurrence?.description,
            deadline: matter.deadline?.description, fromDomain: matter.from?.address.domain,
            source: frozen.frozen,
            assets: frozen.assets.map { hash, bytes in
                AssetRecord(
                    hash: hash.text, mediaType: mailing.publicMediaType(hash), bytes: bytes)
            })
        let at = now
        do {
            let record = try store.write(.control) { access in
                try access.activate(activation, at: at)
            }
            let version = try record.activeVersion.flatMap { try reader.version($0) }
            if version?.created == at {
                let short = mailing.version.text.prefix(12)
                surroundings.log(.notice, "\(mailing.name): version \(short) is in force")
                surroundings.changed()
            }
            let before = valid[mailing.name]
            var entry = Valid(
                mailing: mailing, warnings: warnings, since: version?.created ?? at)
            if before?.mailing.version == mailing.version {
                (entry.counted, entry.preview) = (before?.counted, before?.preview)
            }
            valid[mailing.name] = entry
            shown[mailing.name] = nil
            try prepareDryRun(record, isNew: version?.created == at)
            mend(mailing.name)
        } catch {
            errors.note("\(mailing.name).html: \(error)\n", about: mailing.name, now: now)
        }
    }

    private func mend(_ name: String) {
        errors.note(nil, about: name, now: now)
        previews.remove("\(name).error.txt")
    }

    /// A file has gone: that stops nothing and is shown.
    private func forget(_ name: String) {
        valid[name] = nil
        shown[name] = nil
        dryRuns.forget(name)
        mend(name)
        do {
            try store.write(.control) { try $0.set(present: false, mailing: name) }
            surroundings.log(.notice, "\(name).html is gone from the folder; nothing is stopped")
        } catch {
            surroundings.log(.error, "\(name): cannot note that its file is gone: \(error)")
        }
    }

    /// Files that went while the daemon was down.
    private func noteAbsent() {
        for record in (try? reader.mailings()) ?? []
        where record.isPresent && !names.contains(record.name) {
            forget(record.name)
        }
    }

    // MARK: - Ticking

    /// Publishes and releases what is due. Returns how many milliseconds nothing more is.
    func tick() -> Int64 {
        for (name, report) in errors.due(now: now) {
            surroundings.log(.warning, "\(name): refused, see \(name).error.txt in Previews")
            if !previews.write("\(name).error.txt", Array(report.utf8)) {
                surroundings.log(.error, "cannot write \(name).error.txt in \(settings.previews)")
            }
        }
        takeDryRuns()
        forgetPeople()
        var next = nextScan
        for name in valid.keys.sorted() {
            if let until = attend(name) { next = min(next, until) }
        }
        if let due = errors.nextDue { next = min(next, due) }
        if !contents.unstable.isEmpty { next = min(next, now + Self.retry) }
        return max((next - now).milliseconds, 1)
    }
}

extension FolderFile {
    /// The mailing whose own file it is.
    fileprivate var mailingName: String? {
        switch self {
        case .mailing(let name), .text(let name): name
        default: nil
        }
    }

    /// Whether any mailing may use it.
    fileprivate var isShared: Bool { self == .layout || self == .partial }
}

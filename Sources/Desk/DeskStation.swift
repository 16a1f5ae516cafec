internal import Core
internal import Sockets
package import Store
internal import Threads

/// The station of the marketers' folder: what is dropped there is checked, previewed, put in force
/// and, when its own rules allow, released.
///
/// It has one thread, which blocks on the folder's events and on the store, and one for dry runs. What
/// is dropped while it is down is found at the next start.
package final class DeskStation: Sendable {
    private struct State {
        var threads: [WorkThread] = []
        var isStopping = false
        /// Somebody wants everything looked at.
        var isAsked = false
    }

    private let store: Store
    private let rules: RulesInForce
    private let settings: DeskSettings
    private let surroundings: DeskSurroundings
    private let state = Monitor(State())
    private let wakeup: Wakeup
    private let dryRuns: DryRuns

    /// - Parameter rules: replaced when a new loop.conf comes into force.
    package init(
        store: Store, rules: RulesInForce, settings: DeskSettings, surroundings: DeskSurroundings
    ) throws {
        self.store = store
        self.rules = rules
        self.settings = settings
        self.surroundings = surroundings
        let wakeup = try Wakeup()
        self.wakeup = wakeup
        dryRuns = DryRuns(clock: surroundings.clock, done: { wakeup.signal() })
    }

    /// Looks at the whole folder, then starts the thread that watches it. Throws when the store
    /// cannot be read; a folder that cannot be watched is only looked at from time to time.
    package func start() throws {
        let round = DeskRound(
            store: store, reader: try store.reader(), rules: rules, settings: settings,
            surroundings: surroundings, dryRuns: dryRuns)
        let handed = Handed(round)
        let reader = Handed(try store.reader())
        state.withLock { state in
            state.threads = [
                WorkThread("desk") { [self] in run(handed.value) },
                WorkThread("dry-run") { [dryRuns] in dryRuns.run(reader.value) },
            ]
        }
    }

    /// Where the dry run of a mailing stands, in words: `dry run 43 % of 120,000`; nil when none is
    /// wanted.
    package func dryRunStage(of mailing: String) -> String? {
        dryRuns.stage(of: mailing)?.text
    }

    /// Ends the thread and waits for it.
    package func stop() {
        let threads = state.update { state in
            state.isStopping = true
            return state.threads
        }
        dryRuns.stop()
        wakeup.signal()
        for thread in threads { thread.join() }
    }

    /// Makes the desk look at everything again, soon.
    package func lookAgain() {
        state.withLock { $0.isAsked = true }
        wakeup.signal()
    }

    private var isStopping: Bool { state.withLock { $0.isStopping } }

    private func run(_ round: DeskRound) {
        var watch = makeWatch()
        round.look(named: nil, isStart: true)
        while true {
            let wait = round.tick()
            if isStopping { return }
            guard let watch else {
                _ = state.wait(until: .after(milliseconds: min(wait, 1000))) {
                    $0.isStopping ? true : nil
                }
                watch = makeWatch()
                round.look(named: nil, isStart: false)
                continue
            }
            let changes = watch.changes(within: Int32(clamping: wait), stop: wakeup)
            wakeup.clear()
            if takeRequest() || round.isRescanDue {
                round.look(named: nil, isStart: false)
            }
            if !changes.isEmpty { round.look(named: Self.paths(changes), isStart: false) }
        }
    }

    /// Whether `lookAgain` was called since the last time.
    private func takeRequest() -> Bool {
        state.withLock { state in
            defer { state.isAsked = false }
            return state.isAsked
        }
    }

    /// Nil when everything must be looked at.
    private static func paths(_ changes: [DirectoryWatch.Change]) -> Set<String>? {
        var paths: Set<String> = []
        for change in changes {
            switch change {
            case .written(let path), .movedIn(let path), .movedOut(let path), .deleted(let path):
                paths.insert(path)
            case .folder, .rescan: return nil
            }
        }
        return paths
    }

    private func makeWatch() -> DirectoryWatch? {
        do {
            return try DirectoryWatch(root: settings.templates)
        } catch {
            surroundings.log(.warning, "cannot watch \(settings.templates): \(error)")
            return nil
        }
    }
}

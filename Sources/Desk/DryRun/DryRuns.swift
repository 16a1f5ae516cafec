internal import Composition
internal import Core
internal import Store
internal import Threads

/// The dry runs that are wanted, under way and finished: one at a time, on a thread of their own.
///
/// A newer version of a mailing ends the run of the older one.
final class DryRuns: Sendable {
    /// What came of a run.
    struct Finished: Sendable {
        var name: String
        var version: ContentID
        var report: Result<DryRunReport, Failure>
    }

    /// Why there is no report, in words for the log.
    struct Failure: Error, Hashable {
        var reason: String
    }

    /// Where a wanted run stands.
    enum Stage: Hashable, Sendable {
        case waiting
        case running(DryRun.Progress)
    }

    private struct State: Sendable {
        /// In the order they were asked for.
        var wanted: [CompiledMailing] = []
        var running: (mailing: CompiledMailing, progress: DryRun.Progress, isEnded: Bool)?
        var finished: [Finished] = []
        var isStopping = false
    }

    private let state = Monitor(State())
    private let clock: @Sendable () -> Instant
    /// Told after each run.
    private let done: @Sendable () -> Void

    init(clock: @escaping @Sendable () -> Instant, done: @escaping @Sendable () -> Void = {}) {
        self.clock = clock
        self.done = done
    }

    /// Asks for a run; one of another version of the same mailing ends.
    func want(_ mailing: CompiledMailing) {
        state.update { state in
            state.wanted.removeAll { $0.name == mailing.name }
            state.finished.removeAll { $0.name == mailing.name }
            if state.running?.mailing.name == mailing.name { state.running?.isEnded = true }
            state.wanted.append(mailing)
        }
    }

    /// Nobody is interested any more.
    func forget(_ name: String) {
        state.update { state in
            state.wanted.removeAll { $0.name == name }
            state.finished.removeAll { $0.name == name }
            if state.running?.mailing.name == name { state.running?.isEnded = true }
        }
    }

    /// Nil when no run of this mailing is wanted.
    func stage(of name: String) -> Stage? {
        state.withLock { state in
            if state.wanted.contains(where: { $0.name == name }) { return .waiting }
            guard let running = state.running, running.mailing.name == name, !running.isEnded
            else { return nil }
            return .running(running.progress)
        }
    }

    func takeFinished() -> [Finished] {
        state.withLock { state in
            defer { state.finished = [] }
            return state.finished
        }
    }

    /// Runs what is wanted until `stop`.
    func run(_ reader: ReadAccess) {
        WorkThread.giveWay()
        while let mailing = next() { run(mailing, reader) }
    }

    /// Runs what is wanted now and returns.
    func runWanted(_ reader: ReadAccess) {
        while state.withLock({ !$0.wanted.isEmpty }), let mailing = next() { run(mailing, reader) }
    }

    /// Ends the run under way, and `run`.
    func stop() { state.update { $0.isStopping = true } }

    private func next() -> CompiledMailing? {
        state.wait { state -> CompiledMailing?? in
            if state.isStopping { return .some(nil) }
            guard !state.wanted.isEmpty else { return nil }
            let mailing = state.wanted.removeFirst()
            state.running = (mailing, DryRun.Progress(), false)
            return .some(mailing)
        } ?? nil
    }

    private func run(_ mailing: CompiledMailing, _ reader: ReadAccess) {
        let run = DryRun(mailing: mailing, reader: reader, now: clock()) { [state] progress in
            state.withLock { state in
                state.running?.progress = progress
                return !state.isStopping && state.running?.isEnded == false
            }
        }
        let result: Result<DryRunReport, Failure>?
        do {
            result = try run.run().map { .success($0) }
        } catch {
            result = .failure(Failure(reason: "\(error)"))
        }
        state.update { state in
            if let result, state.running?.isEnded == false {
                state.finished.append(
                    Finished(name: mailing.name, version: mailing.version, report: result))
            }
            state.running = nil
        }
        done()
    }
}

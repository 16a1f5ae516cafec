import Glibc
import Synchronization

/// The disk below one directory, as SQLite sees it in this process: it remembers what was synced
/// and what was not, so that a test can ask what a power cut would have left; and it can be full.
///
/// Reads and writes go through to the real files; only the memory is ours. Files that SQLite has
/// open when this begins to look are taken as durable. Ends with `remove`.
package final class FaultyDisk: Sendable {
    /// What the power cut number `number` finds.
    package struct Cut: Sendable {
        let files: [String: FileImage]
        package let number: Int

        /// The files by name after this cut, in one of many possible ways.
        package func files(
            using random: inout some RandomNumberGenerator
        ) -> [String: [UInt8]] {
            var left: [String: [UInt8]] = [:]
            for (name, image) in files.sorted(by: { $0.key < $1.key }) {
                left[name] = image.afterPowerLoss(using: &random)
            }
            return left
        }
    }

    private struct State {
        var files: [String: FileImage] = [:]
        var operations = 0
        /// The operations before which the power goes.
        var plan: Set<Int> = []
        var cuts: [Cut] = []
        var note: @Sendable (Int) -> Void = { _ in }
        var isFull = false
        var refusals = 0
        /// By file, the syncs that will fail.
        var failingSyncs: [String: Int] = [:]
    }

    let prefix: String
    private let state = Mutex(State())

    /// - Parameter directory: without a slash at the end, as SQLite is given it.
    package init(_ directory: String) {
        prefix = directory + "/"
        FaultyFileSystem.add(self)
    }

    package func remove() { FaultyFileSystem.remove(self) }

    /// From now on the power goes before each of these operations (writes, truncations and syncs,
    /// counted from 0). Nothing that runs notices. `note` is told the cut's number at that very
    /// moment, on the thread that writes; it must not touch the store.
    package func cutPower(before operations: Set<Int>, _ note: @escaping @Sendable (Int) -> Void) {
        state.withLock { state in
            state.plan = operations
            state.operations = 0
            state.note = note
        }
    }

    package var cuts: [Cut] { state.withLock { $0.cuts } }

    /// Operations since `cutPower`.
    package var operations: Int { state.withLock { $0.operations } }

    /// While it is full no file grows.
    package func fill(_ isFull: Bool) { state.withLock { $0.isFull = isFull } }

    /// Writes that a full disk refused.
    package var refusals: Int { state.withLock { $0.refusals } }

    /// Has the next sync of a file fail, as a disk does it: what was to be written is forgotten, and
    /// only reads still find it. Fails once.
    package func failSync(of name: String) {
        state.withLock { $0.failingSyncs[name, default: 0] += 1 }
    }

    /// Whether every sync that was to fail has.
    package var hasFailed: Bool { state.withLock { $0.failingSyncs.isEmpty } }

    // MARK: - What the file system reports

    /// The name of a file of this disk; nil for those of others, and for the shared memory.
    func name(of path: String) -> String? {
        guard path.hasPrefix(prefix), !path.hasSuffix("-shm") else { return nil }
        return String(path.dropFirst(prefix.count))
    }

    func opened(_ name: String, holding bytes: [UInt8]?) {
        state.withLock { state in
            if state.files[name] == nil { state.files[name] = FileImage(bytes) }
        }
    }

    func deleted(_ name: String) { operate { $0.files[name] = nil } }

    func wrote(_ bytes: [UInt8], at offset: Int, to name: String) {
        operate { $0.files[name]?.write(bytes, at: offset) }
    }

    func truncated(_ name: String, to size: Int) {
        operate { $0.files[name]?.truncate(to: size) }
    }

    func synchronized(_ name: String) { operate { $0.files[name]?.synchronize() } }

    /// Whether a sync fails, which loses what was to be synced.
    func failsSync(of name: String) -> Bool {
        state.withLock { state in
            guard let count = state.failingSyncs[name] else { return false }
            state.failingSyncs[name] = count > 1 ? count - 1 : nil
            state.files[name]?.forget()
            return true
        }
    }

    /// Whether a file may grow.
    func allowsGrowth() -> Bool {
        state.withLock { state in
            if state.isFull { state.refusals += 1 }
            return !state.isFull
        }
    }

    private func operate(_ change: (inout State) -> Void) {
        state.withLock { state in
            if state.plan.contains(state.operations) {
                let cut = Cut(files: state.files, number: state.cuts.count)
                state.cuts.append(cut)
                state.note(cut.number)
            }
            state.operations += 1
            change(&state)
        }
    }
}

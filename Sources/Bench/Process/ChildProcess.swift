internal import Glibc
internal import Threads

/// A program of ours run as a child, for the demo, benchmarks and scenarios.
///
/// It is killed when the last reference goes, so that nothing outlives a test.
package final class ChildProcess: Sendable {
    package enum Failure: Error {
        case cannotStart(String, errno: Int32)
    }

    package enum Ending: Hashable, Sendable {
        case exited(Int32)
        case killed(signal: Int32)
    }

    package let processID: Int32
    private let ending = Monitor<Ending?>(nil)

    /// Starts a program with arguments (its own name left out) and the environment of this
    /// process plus `environment`; standard output and standard error go to the end of a file.
    package init(
        _ program: String, _ arguments: [String], environment: [String: String] = [:],
        output: String
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(
            &actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
        words.append(nil)
        var variables: [UnsafeMutablePointer<CChar>?] = []
        var entry = environ
        while let variable = entry.pointee {
            let name = String(cString: variable).prefix { $0 != "=" }
            if environment[String(name)] == nil { variables.append(strdup(variable)) }
            entry += 1
        }
        variables += environment.map { strdup("\($0)=\($1)") }
        variables.append(nil)
        defer { for pointer in words + variables { free(pointer) } }
        var id: pid_t = 0
        let failure = posix_spawn(&id, program, &actions, nil, words, variables)
        guard failure == 0 else { throw Failure.cannotStart(program, errno: failure) }
        processID = id
        // One thread waits, so that a dead child is known at once and never a zombie.
        _ = WorkThread("wait-child") { [ending, id] in
            var status: Int32 = 0
            while waitpid(id, &status, 0) < 0, errno == EINTR {}
            let signal = status & 0x7F
            let result = signal == 0 ? Ending.exited(status >> 8 & 0xFF) : .killed(signal: signal)
            ending.update { $0 = result }
        }
    }

    deinit { signal(SIGKILL) }

    /// Sends a signal, unless the child has ended.
    package func signal(_ number: Int32) {
        ending.withLock { if $0 == nil { kill(processID, number) } }
    }

    package var isRunning: Bool { ending.withLock { $0 == nil } }

    /// Waits for the end; nil when it has not come after so many seconds.
    package func wait(seconds: Int64) -> Ending? {
        ending.wait(until: .after(milliseconds: seconds * 1000)) { $0 }
    }
}

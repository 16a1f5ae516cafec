import Glibc

/// A real mail server as a child process in a folder of its own, ended with the test.
final class Peer {
    struct Failure: Error, CustomStringConvertible { var description: String }

    let folder: String
    private var process: pid_t = 0

    init(_ name: String) throws {
        var template = Array("/tmp/maild-\(name)-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw Failure(description: "mkdtemp") }
        folder = String(cString: made)
        // The server's own user must get through.
        chmod(folder, 0o755)
    }

    deinit {
        if process > 0 {
            kill(process, SIGTERM)
            var status: Int32 = 0
            var rounds = 0
            while waitpid(process, &status, WNOHANG) == 0 {
                rounds += 1
                if rounds > 200 { kill(process, SIGKILL) }
                usleep(50_000)
            }
        }
        _ = try? Self.run("/bin/rm", ["-rf", folder])
    }

    static func isInstalled(_ programs: String...) -> Bool {
        programs.allSatisfy { access($0, X_OK) == 0 }
    }

    func write(_ name: String, _ text: String) throws {
        guard let file = fopen("\(folder)/\(name)", "w") else {
            throw Failure(description: "cannot write \(name)")
        }
        fputs(text, file)
        fclose(file)
    }

    func makeFolder(_ name: String, owner: String? = nil) {
        mkdir("\(folder)/\(name)", 0o755)
        if let owner, let user = getpwnam(owner) {
            chown("\(folder)/\(name)", user.pointee.pw_uid, user.pointee.pw_gid)
        }
    }

    func start(_ program: String, _ arguments: [String]) throws {
        process = try Self.spawn(program, arguments)
    }

    /// Runs a program to its end; throws unless it ends well.
    static func run(_ program: String, _ arguments: [String]) throws {
        let child = try spawn(program, arguments)
        var status: Int32 = 0
        waitpid(child, &status, 0)
        guard status == 0 else { throw Failure(description: "\(program) ended with \(status)") }
    }

    private static func spawn(_ program: String, _ arguments: [String]) throws -> pid_t {
        var child = pid_t()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
        }
        // Signals that the tests' threads block must reach it.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var words = ([program] + arguments).map { strdup($0) }
        words.append(nil)
        defer { words.forEach { free($0) } }
        let path = strdup("PATH=/usr/sbin:/usr/bin:/sbin:/bin")
        defer { free(path) }
        let failure = posix_spawn(&child, program, &actions, &attributes, words, [path, nil])
        guard failure == 0 else { throw Failure(description: "cannot start \(program)") }
        return child
    }

    /// A port on loopback that was free a moment ago.
    static func freePort() throws -> UInt16 {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let done = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        guard done else { throw Failure(description: "no free port") }
        return UInt16(bigEndian: address.sin_port)
    }

    /// Asks again and again until something is so, for at most a minute.
    static func eventually(_ isSo: () throws -> Bool) rethrows -> Bool {
        for _ in 0..<1_200 {
            if try isSo() { return true }
            usleep(50_000)
        }
        return false
    }
}

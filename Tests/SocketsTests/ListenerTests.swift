import Glibc
import HTTP
import Sockets
import Testing
import Threads

@Suite struct ListenerTests {
    private let folder: TemporaryFolder
    private var path: String { "\(folder.path)/control.sock" }

    init() throws {
        folder = try TemporaryFolder()
    }

    private func mode(_ path: String) -> UInt32? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & 0o777 : nil
    }

    @Test("a UNIX socket has the mode asked for, tells who asks, and is removed at the end")
    func unixSocket() throws {
        let server = try HTTPServer([Listener(path: path)]) { _, responder in
            guard case .local(let credentials?) = responder.peer else { return }
            responder.respond(
                HTTPResponse(200, text: "\(credentials.process) \(credentials.user)"))
        }
        #expect(mode(path) == 0o660)
        let client = HTTPClient(.unix(path: path))
        #expect(try client.send(.get, "/").text == "\(getpid()) \(getuid())")
        server.stop(within: 1000)
        #expect(mode(path) == nil)
    }

    @Test("a socket that a dead process left is replaced")
    func stale() throws {
        var old: Listener? = try Listener(path: path)
        #expect(old != nil)
        // The file stays, as after kill -9.
        old = nil
        #expect(mode(path) != nil)
        let fresh = try Listener(path: path, mode: 0o600)
        #expect(mode(path) == 0o600)
        fresh.removeFile()
        #expect(mode(path) == nil)
    }

    @Test("a socket at which somebody answers stays")
    func alive() throws {
        let first = try Listener(path: path)
        #expect(throws: SystemError("another process listens on \(path)", code: 0)) {
            try Listener(path: path)
        }
        #expect(mode(path) != nil)
        first.removeFile()
    }

    @Test("a file that is no socket stays")
    func otherFile() throws {
        folder.write("control.sock")
        #expect(throws: SystemError("\(path) exists and is not a socket", code: 0)) {
            try Listener(path: path)
        }
        #expect(mode(path) != nil)
    }

    @Test("a file that has taken the socket's place is not removed")
    func replaced() throws {
        let listener = try Listener(path: path)
        unlink(path)
        folder.write("control.sock")
        listener.removeFile()
        #expect(mode(path) != nil)
    }

    @Test(
        "an unusable path or address is an error",
        arguments: ["", "@name", String(repeating: "a", count: 108)])
    func unusable(path: String) {
        #expect(throws: SystemError.self) { try Listener(path: path) }
        #expect(throws: SystemError.self) { try Listener(host: path, port: 0) }
    }

    @Test("two listeners cannot have one port")
    func portTaken() throws {
        let first = try Listener(host: "127.0.0.1", port: 0)
        let error = #expect(throws: SystemError.self) {
            try Listener(host: "127.0.0.1", port: first.port)
        }
        #expect(error?.code == EADDRINUSE)
        #expect(error?.description.contains(first.name) == true)
    }
}

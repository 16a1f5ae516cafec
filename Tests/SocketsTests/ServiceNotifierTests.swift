import Glibc
import Sockets
import Testing
import Threads

@Suite struct ServiceNotifierTests {
    /// A datagram socket as systemd has one; reads one datagram.
    private func received(at path: String, _ send: () throws -> Void) throws -> String {
        let socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(path.utf8)
        if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(2 + bytes.count)
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, length) }
        }
        try #require(isBound == 0)
        try send()
        var buffer = [UInt8](repeating: 0, count: 1000)
        let count = recv(socket, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }

    @Test(
        "one datagram carries the states, to a path or an abstract name", arguments: [false, true])
    func send(abstract: Bool) throws {
        let folder = try TemporaryFolder()
        let path = abstract ? "@maild-test-\(getpid())" : "\(folder.path)/notify"
        let notifier = ServiceNotifier(path: path)
        #expect(notifier.isActive)
        let text = try received(at: path) { try notifier.send(.ready, .status("sending\n2")) }
        #expect(text == "READY=1\nSTATUS=sending 2")
    }

    @Test("reloading carries the time")
    func reloading() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/notify"
        let text = try received(at: path) {
            try ServiceNotifier(path: path).send(.reloading(monotonicMicroseconds: 17))
        }
        #expect(text == "RELOADING=1\nMONOTONIC_USEC=17")
    }

    @Test("without a socket nothing happens; with a dead one there is an error")
    func absent() throws {
        try ServiceNotifier(path: nil).send(.stopping)
        try ServiceNotifier(path: "").send(.watchdog)
        #expect(throws: SystemError.self) {
            try ServiceNotifier(path: "/nowhere/notify").send(.ready)
        }
    }
}

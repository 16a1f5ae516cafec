import Bench
import Glibc
import Threads

/// Somebody on the line between a daemon and its relay: passes everything on, and meddles with what
/// the relay says in the clear.
final class Tamperer: Sendable {
    enum Deed: Sendable {
        case nothing
        /// STARTTLS is taken out of the answer to EHLO.
        case strip
        /// An answer of ours travels behind the relay's 220 to STARTTLS, in the clear.
        case inject
    }

    let port: Int
    private let listener: Int32
    private let thread: WorkThread
    private let heard = Monitor<[UInt8]>([])

    init(before relay: Int, _ deed: Deed) {
        port = freePort()
        guard let socket = Self.socket(at: port, listening: true) else {
            preconditionFailure("port \(port) is taken")
        }
        listener = socket
        let (listener, heard) = (listener, heard)
        thread = WorkThread("tamperer") {
            // One end of each pair by the other.
            var peers: [Int32: Int32] = [:]
            var relays: Set<Int32> = []
            var isDone: Set<Int32> = []
            while true {
                var waits = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
                waits += peers.keys.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
                guard poll(&waits, nfds_t(waits.count), -1) > 0 else { continue }
                if waits[0].revents != 0 {
                    let client = accept(listener, nil, nil)
                    guard client >= 0 else { break }
                    guard let other = Self.socket(at: relay, listening: false) else {
                        close(client)
                        continue
                    }
                    peers[client] = other
                    peers[other] = client
                    relays.insert(other)
                }
                for one in waits.dropFirst() where one.revents != 0 {
                    guard let peer = peers[one.fd] else { continue }
                    var bytes = [UInt8](repeating: 0, count: 65_536)
                    let count = recv(one.fd, &bytes, bytes.count, 0)
                    guard count > 0 else {
                        for end in [one.fd, peer] {
                            close(end)
                            peers[end] = nil
                            relays.remove(end)
                            isDone.remove(end)
                        }
                        continue
                    }
                    var passed = Array(bytes[..<count])
                    if !relays.contains(one.fd) {
                        heard.update { $0 += passed }
                    } else if !isDone.contains(one.fd) {
                        let text = String(decoding: passed, as: UTF8.self)
                        passed = Array(Self.meddle(text, deed).utf8)
                        // From the 220 to STARTTLS on it is not text any more.
                        if text.hasPrefix("220 2.0.0") { isDone.insert(one.fd) }
                    }
                    _ = send(peer, passed, passed.count, Int32(MSG_NOSIGNAL))
                }
            }
            for end in peers.keys { close(end) }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        thread.join()
        close(listener)
    }

    /// What the daemon said, as far as it is text.
    var clearText: String { String(decoding: heard.withLock { $0 }, as: UTF8.self) }

    private static func meddle(_ text: String, _ deed: Deed) -> String {
        switch deed {
        case .nothing: text
        case .strip: text.replacing("250-STARTTLS\r\n", with: "")
        case .inject:
            text.hasPrefix("220 2.0.0")
                ? text + "250-relay.example\r\n250-PIPELINING\r\n250 AUTH PLAIN\r\n" : text
        }
    }

    /// Nil when nobody listens there, or somebody does already.
    private static func socket(at port: Int, listening: Bool) -> Int32? {
        let number = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                listening ? bind(number, $0, size) : connect(number, $0, size)
            }
        }
        if code == 0, !listening || listen(number, 64) == 0 { return number }
        close(number)
        return nil
    }
}

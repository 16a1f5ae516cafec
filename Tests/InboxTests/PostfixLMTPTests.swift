import Core
import Glibc
import Seal
import Sockets
import Store
import Synchronization
import Testing
import Threads

@testable import Inbox

/// A real Postfix that hands bounces on by `transport_maps`; skipped where it is absent.
@Suite(.serialized) struct PostfixLMTPTests {
    static let isThere =
        geteuid() == 0 && Peer.isInstalled("/usr/lib/postfix/sbin/master", "/usr/sbin/postfix")

    /// A private instance that sends mail for `bounce.example` to a transport.
    final class Postfix {
        let peer: Peer
        let port: UInt16

        init(transport: String) throws {
            peer = try Peer("postfix")
            port = try Peer.freePort()
            for name in ["etc", "queue", "data", "queue/pid"] { peer.makeFolder(name) }
            peer.makeFolder("data", owner: "postfix")
            for name in [
                "incoming", "active", "deferred", "bounce", "defer", "trace", "flush", "saved",
                "hold", "corrupt", "private", "public", "maildrop",
            ] {
                peer.makeFolder("queue/\(name)", owner: "postfix")
            }
            chown(peer.folder + "/data", getpwnam("postfix").pointee.pw_uid, 0)
            try peer.write(
                "etc/main.cf",
                """
                compatibility_level = 3.6
                queue_directory = \(peer.folder)/queue
                data_directory = \(peer.folder)/data
                daemon_directory = /usr/lib/postfix/sbin
                command_directory = /usr/sbin
                mail_owner = postfix
                setgid_group = postdrop
                inet_interfaces = 127.0.0.1
                inet_protocols = ipv4
                myhostname = mx.example
                mydestination =
                local_recipient_maps =
                relay_domains = bounce.example
                mynetworks = 127.0.0.0/8
                smtpd_relay_restrictions = permit_mynetworks, reject
                transport_maps = inline:{ bounce.example=\(transport) }
                minimal_backoff_time = 1s
                queue_run_delay = 1s
                maillog_file = \(peer.folder)/log
                maillog_file_prefixes = /tmp

                """)
            try peer.write(
                "etc/master.cf",
                """
                127.0.0.1:\(port) inet n - n - - smtpd
                cleanup unix n - n - 0 cleanup
                qmgr unix n - n 1 1 qmgr
                rewrite unix - - n - - trivial-rewrite
                bounce unix - - n - 0 bounce
                defer unix - - n - 0 bounce
                trace unix - - n - 0 bounce
                proxymap unix - - n - - proxymap
                error unix - - n - - error
                retry unix - - n - - error
                lmtp unix - - n - - lmtp
                anvil unix - - n - 1 anvil
                postlog unix-dgram n - n - 1 postlogd

                """)
            try peer.start(
                "/usr/lib/postfix/sbin/master", ["-c", peer.folder + "/etc", "-d"])
        }

        /// Hands it a bounce as another server does.
        func send(_ message: String, to recipient: String) throws {
            var stream: SocketStream?
            _ = Peer.eventually {
                stream = try? SocketStream(
                    .tcp(host: "127.0.0.1", port: port), milliseconds: 30_000)
                return stream != nil
            }
            let connection = try #require(stream, "Postfix does not listen")
            var heard = ""
            func expect(_ code: String) throws {
                heard = ""
                while !heard.hasSuffix("\r\n") {
                    let bytes = try connection.read()
                    guard !bytes.isEmpty else { break }
                    heard += String(decoding: bytes, as: UTF8.self)
                }
                try #require(heard.hasPrefix(code), "expected \(code), heard \(heard)")
            }
            func say(_ line: String) throws { try connection.write(Array((line + "\r\n").utf8)) }
            try expect("220")
            for (line, code) in [
                ("HELO other.example", "250"), ("MAIL FROM:<>", "250"),
                ("RCPT TO:<\(recipient)>", "250"), ("DATA", "354"),
            ] {
                try say(line)
                try expect(code)
            }
            for line in message.split(separator: "\n", omittingEmptySubsequences: false) {
                try say(line.hasPrefix(".") ? "." + line : String(line))
            }
            try say(".")
            try expect("250")
        }
    }

    @Test(
        "a bounce comes from Postfix over a UNIX socket and over TCP",
        .enabled(if: isThere, "Postfix is not installed, or this is not root"),
        .timeLimit(.minutes(5)), arguments: [true, false])
    func delivery(isLocal: Bool) throws {
        let home = try InboxHome()
        chmod(home.path, 0o755)
        let listener =
            isLocal
            ? try Listener(path: home.path + "/lmtp.sock", mode: 0o666)
            : try Listener(host: "127.0.0.1", port: 0)
        let inbox = try home.inbox()
        try inbox.start(lmtp: listener)
        defer { inbox.stop() }
        let postfix = try Postfix(
            transport: isLocal
                ? "lmtp:unix:\(home.path)/lmtp.sock"
                : "lmtp:inet:127.0.0.1:\(listener.port)")
        let address = ReturnPath.address(try home.token(0), domain: "bounce.example")
        // The header does not name us: what the envelope says is enough.
        try postfix.send(home.report(0, to: "someone@else.example"), to: address)
        let isDone = try Peer.eventually { try home.status(0) == .bounced }
        #expect(isDone)
        #expect(try home.state(0) == .bounced)
        #expect(try home.bounceEvents().count == 1)
    }

    @Test(
        "while the store is away Postfix keeps the bounce and brings it again; it counts once",
        .enabled(if: isThere, "Postfix is not installed, or this is not root"),
        .timeLimit(.minutes(5)))
    func away() throws {
        let home = try InboxHome()
        let listener = try Listener(host: "127.0.0.1", port: 0)
        let quarantine = try Quarantine(home.quarantine)
        let (store, ring) = (home.store, home.ring)
        let tries = Mutex(0)
        // Away at first; then the commit is done and its answer lost; then all is well.
        let server = try LMTPServer(listener, name: "maild.test") {
            let reception = Handed(
                try Reception(
                    store: store, ring: ring, quarantine: quarantine,
                    surroundings: InboxSurroundings(clock: { InboxHome.now }, log: .none)))
            return { arrival in
                let number = tries.withLock { count in
                    count += 1
                    return count
                }
                guard number > 1 else { return false }
                do {
                    try reception.value.take(arrival, name: "test")
                } catch {
                    return false
                }
                return number > 2
            }
        }
        defer { server.stop() }
        let postfix = try Postfix(transport: "lmtp:inet:127.0.0.1:\(listener.port)")
        let address = ReturnPath.address(try home.token(0), domain: "bounce.example")
        try postfix.send(home.report(0), to: address)
        #expect(Peer.eventually { tries.withLock { $0 } >= 3 })
        #expect(try home.status(0) == .bounced)
        #expect(try home.bounceEvents().count == 1)
    }
}

import Core
import Glibc
import JSON
import Loop
import Seal
import Testing
import Threads

@testable import Configuration
@testable import Daemon
@testable import Store

@Suite struct WebhookCallerTests {
    private static let secret = Array("a secret of the shop".utf8)
    private static let now = Instant("2026-11-21T12:00:00Z")!

    private static let record = OutgoingRecord(
        id: 7, kind: .call, target: "crm", profile: 1, event: 2, body: #"{"a":"ü"}"#,
        created: Instant(milliseconds: 1000), due: now, attempts: 0, isGivenUp: false, reason: nil)

    private func call(
        _ peer: HTTPPeer, isStopped: @escaping @Sendable () -> Bool = { false }
    ) -> OutgoingOutcome {
        let webhook = Configuration.Webhook(
            name: "crm", url: "http://127.0.0.1:\(peer.port)/hook?x=1", secretFile: "/s",
            caFile: nil)
        return WebhookCaller(webhook, secret: Self.secret)
            .call(Self.record, at: Self.now, isStopped: isStopped)
    }

    @Test("a call is posted with its body, its id and a signature that the other side can check")
    func signed() throws {
        let peer = HTTPPeer(["HTTP/1.1 204 No Content\r\n\r\n"])
        #expect(call(peer) == .done)
        let request = try #require(peer.heard().first)
        let parts = request.split(separator: "\r\n\r\n", maxSplits: 1)
        let head = parts[0].split(separator: "\r\n").map(String.init)
        #expect(head.first == "POST /hook?x=1 HTTP/1.1")
        #expect(head.contains("X-Maild-Id: 1000-7"))
        #expect(head.contains("Content-Type: application/json"))
        #expect(parts.last.map(String.init) == Self.record.body)
        let signed = Array("1000-7.1795262400.\(Self.record.body)".utf8)
        let code = try KeyedCode.hexadecimal(of: signed, key: Self.secret)
        #expect(head.contains("X-Maild-Signature: t=1795262400,v1=\(code)"))
    }

    @Test(
        "only success ends it: failures are tried again, a redirect is not followed, 410 is final",
        arguments: [
            ("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", OutgoingOutcome.later("500")),
            ("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", .later("404")),
            (
                "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
                .later("302: redirects are not followed")
            ),
            ("HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n", .refused("410: gone")),
            ("HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok", .done),
        ])
    func answers(answer: String, outcome: OutgoingOutcome) {
        let peer = HTTPPeer([answer])
        #expect(call(peer) == outcome)
        #expect(peer.heard().count == 1)
    }

    @Test("a huge answer is cut off, and its status counts")
    func hugeAnswer() {
        let body = String(repeating: "x", count: 4_000_000)
        let peer = HTTPPeer(["HTTP/1.1 200 OK\r\nContent-Length: 4000000\r\n\r\n" + body])
        #expect(call(peer) == .done)
    }

    @Test("nobody there, or garbage instead of an answer, is tried again")
    func broken() {
        let peer = HTTPPeer(["garbage\r\n\r\n"])
        #expect(call(peer).isLater)
        _ = peer.heard()
        #expect(call(peer).isLater)
    }

    @Test("a silent server holds nothing up once the daemon stops")
    func stopped() {
        let peer = HTTPPeer([nil])
        let isStopping = Monitor(false)
        let thread = WorkThread("stopper") {
            peer.waitForRequest()
            isStopping.update { $0 = true }
        }
        #expect(call(peer, isStopped: { isStopping.withLock { $0 } }).isLater)
        thread.join()
        #expect(peer.heard().count == 1)
    }

    @Test("what people wrote never reaches the headers of a notice")
    func notice() throws {
        var record = Self.record
        record.kind = .notify
        record.body =
            JSON.object(
                JSON.Object([
                    ("action", "vip"), ("email", "anna@example.org"),
                    (
                        "text",
                        "Call her\r\nBcc: evil@example.net\r\n\r\n.\r\nMAIL FROM:<x@y.example>"
                    ),
                ])
            ).text
        let notice = StaffNotice(
            record, from: try EmailAddress("maild@shop.example"),
            to: [try EmailAddress("sales@shop.example")])
        let bytes = try #require(notice.message(to: try EmailAddress("sales@shop.example")))
        let text = String(decoding: bytes, as: UTF8.self)
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1).map(String.init)
        #expect(parts[0].contains("Auto-Submitted: auto-generated"))
        #expect(parts[0].contains("Subject: maild: vip"))
        #expect(!parts[0].contains("Bcc"))
        #expect(parts[1].contains("Call her\r\nBcc: evil@example.net"))
        #expect(!text.contains("\r\n.\r\n"))
        #expect(parts[1].contains("Person: anna@example.org"))
    }
}

extension OutgoingOutcome {
    fileprivate var isLater: Bool { if case .later = self { true } else { false } }
}

import Core
import Glibc
import Testing

@testable import Bounce

/// Work grows with the length of a message and no faster, and is bounded where a message could
/// make every recipient ask for every line.
@Suite struct LinearTests {
    struct Shape: Sendable, CustomTestStringConvertible {
        var name: String
        /// A message of about so many bytes.
        var text: @Sendable (Int) -> String
        var testDescription: String { name }
    }

    static let head = "From: MAILER-DAEMON@x.example\nReturn-Path: <>\nSubject: failure notice\n"
    static let failed = "\nThese could not be delivered:\n\n"

    static func fill(_ piece: String, _ bytes: Int) -> String {
        String(repeating: piece, count: bytes / piece.utf8.count + 1)
    }

    /// The same piece with a number of its own each time, where `#` stands.
    static func numbered(_ piece: String, _ bytes: Int) -> String {
        let halves = piece.split(separator: "#", omittingEmptySubsequences: false)
        return (0..<(bytes / piece.utf8.count)).map { halves.joined(separator: "\($0)") }.joined()
    }

    static let shapes: [Shape] = [
        Shape(name: "lines") { head + failed + fill("it could not be delivered\n", $0) },
        Shape(name: "blank lines") { head + failed + fill("\n", $0) },
        Shape(name: "addresses and colons") {
            head + failed + numbered("<a#@b.example>:\nuser unknown\n\n", $0)
        },
        Shape(name: "addresses alone") { head + failed + numbered(" a#@b.example\n", $0) },
        Shape(name: "addresses on one line") { head + failed + fill("a@b.example ", $0) },
        Shape(name: "at signs") { head + failed + fill("@", $0) },
        Shape(name: "X-Failed-Recipients") {
            head + numbered("X-Failed-Recipients: a#@b.example, c#@b.example\n", $0 / 2)
                + failed + numbered(" a#@b.example\n", $0 / 2)
        },
        Shape(name: "status groups and as many addresses") {
            head + "Content-Type: multipart/report; boundary=x\n\n--x\n" + failed
                + numbered(" a#@b.example\n", $0 / 2)
                + "--x\nContent-Type: message/delivery-status\n\n"
                + numbered("Final-Recipient: rfc822; a#@b.example\nStatus: 5.0.0\n\n", $0 / 2)
                + "--x--\n"
        },
        Shape(name: "a folded field") {
            head + "Content-Type: message/delivery-status\n\nStatus: 5\n" + fill(" x\n", $0)
        },
        Shape(name: "header fields") { head + fill("X-A: b\n", $0) + failed },
        Shape(name: "parts") {
            head + "Content-Type: multipart/mixed; boundary=x\n\n" + fill("--x\n\na\n", $0)
        },
        Shape(name: "boundaries of nobody") {
            head + "Content-Type: multipart/mixed; boundary=x\n\n" + fill("--y\n", $0)
        },
        Shape(name: "nested") {
            head + fill("Content-Type: multipart/mixed; boundary=x\n\n--x\n", $0)
        },
        Shape(name: "enclosed") { fill("Content-Type: message/rfc822\n\n", $0) },
        Shape(name: "base64") {
            head + "Content-Transfer-Encoding: base64\n" + failed + fill("YUBiLmV4YW1wbGUK", $0)
        },
        Shape(name: "quoted-printable") {
            head + "Content-Transfer-Encoding: quoted-printable\n" + failed + fill("=41=\n", $0)
        },
        Shape(name: "open tags") { head + "Content-Type: text/html\n" + failed + fill("<@", $0) },
        Shape(name: "open styles") {
            head + "Content-Type: text/html\n" + failed + fill("<style>", $0)
        },
        Shape(name: "entities") { head + "Content-Type: text/html\n" + failed + fill("&", $0) },
        Shape(name: "phrases") { head + failed + fill("mailbox delivery of to ", $0) },
        Shape(name: "encoded words") { "Subject: " + fill("=?utf-8?b?aaaa?= ", $0) + "\n" + head },
    ]

    /// Processor time of the fastest of three readings.
    static func work(_ text: String) -> Double {
        let bytes = Array(text.utf8)
        return (0..<3).map { _ in
            let start = processorTime
            _ = BounceReader.read(bytes)
            return processorTime - start
        }.min() ?? 0
    }

    static var processorTime: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }

    @Test("eight times the bytes are not much more than eight times the work", arguments: shapes)
    func linear(_ shape: Shape) {
        let small = Self.work(shape.text(8_000))
        let large = Self.work(shape.text(64_000))
        // Work that grew with the square would be 64 times as much.
        #expect(large < 28 * small, "\(large / small) times the work")
    }

    @Test("what each recipient asks for is bounded")
    func bounded() {
        let many = BounceReader.read(Self.shapes[6].text(190_000).utf8)
        #expect(many.recipients.count == Notice.maximumRecipients)
        let status = BounceReader.read(Self.shapes[7].text(900_000).utf8)
        #expect(status.recipients.count == StatusFields.maximumRecipients)
        #expect(status.isCut)
        let text = NoticeText(
            Array(Self.numbered(" a#@b.example\n", 30_000).utf8), .standard)
        #expect(text.withAddress.count == NoticeText.maximumAddressLines)
        #expect(text.lines(naming: "A7@B.example") == [7])
    }

    @Test("an address in other letters is read with or without its escapes (RFC 6533)")
    func international() {
        let address = "j\u{FC}rgen@m\u{FC}ller.example"
        #expect(Address.inField("utf-8; \(address)") == address)
        #expect(Address.inField("UTF-8;<\(address)>") == address)
        #expect(Address.inField("utf-8; j\\x{FC}rgen@m\\x{fc}ller.example") == address)
        #expect(Address.inField("utf-8; \\x{") == nil)
    }
}

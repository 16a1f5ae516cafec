import Testing

@testable import Bounce

@Suite struct MIMEMessageTests {
    func message(_ text: String) -> MIMEMessage { MIMEMessage(text.utf8) }

    func bodies(_ message: MIMEMessage) -> [String] {
        message.parts.map { String(decoding: message.content(of: $0), as: UTF8.self) }
    }

    @Test("fields are unfolded, and found in any case")
    func header() {
        let read = message("From x Mon\nSUBJECT : a\n\tb\r\nNo field\n: none\nTo:c\n\nbody\n")
        #expect(read.header["subject"] == "a\tb")
        #expect(read.header["to"] == "c")
        #expect(read.header.fields.count == 2)
        #expect(bodies(read) == ["body\n"])
    }

    @Test("a multipart is taken apart, and what is encoded decoded")
    func multipart() {
        let read = message(
            """
            Content-Type: multipart/report; boundary=x

            preamble
            --x
            Content-Type: text/plain

            one
            --x \t
            Content-Type: text/html
            Content-Transfer-Encoding: base64

            dHdv
            --x--
            epilogue
            """)
        #expect(bodies(read) == ["preamble\n", "one\n", "two"])
        #expect(read.parts.map(\.role) == [.preamble, .leaf, .leaf])
        #expect(read.parts.map(\.type.type) == ["multipart/report", "text/plain", "text/html"])
    }

    @Test("an enclosed message's header and parts are told from the notice's own")
    func enclosed() {
        let read = message(
            """
            Content-Type: multipart/mixed; boundary=x

            --x

            notice
            --x
            Content-Type: message/rfc822

            Message-ID: <1@example.org>
            Content-Type: multipart/mixed; boundary=y

            --y

            inner
            --x

            own again
            --x--
            """)
        #expect(read.parts.map(\.enclosure) == [0, 0, 1, 1, 0])
        #expect(read.parts[2].header["message-id"] == "<1@example.org>")
        #expect(bodies(read)[3...] == ["inner\n", "own again\n"])
    }

    @Test("parts that share a boundary end at its first line")
    func sharedBoundary() {
        let nested = String(
            repeating: "Content-Type: multipart/mixed; boundary=x\n\n--x\n", count: 2_000)
        let read = message(nested + "\ntext\n--x--\n--x--\n")
        #expect(read.isCut)
        #expect(read.parts.count <= MIMEMessage.maximumParts)
    }

    @Test(
        "depth is bounded, for enclosed messages as well",
        arguments: [
            "Content-Type: message/rfc822\n\n",
            "Content-Type: multipart/mixed; boundary=N\n\n--N\n",
        ])
    func depth(_ layer: String) {
        let text = (0..<100).map { layer.split(separator: "N").joined(separator: "b\($0)") }
        let read = message(text.joined() + "\nend\n")
        #expect(read.isCut)
        #expect(read.parts.allSatisfy { $0.enclosure <= MIMEMessage.maximumDepth })
    }

    @Test("a long message or header is cut and says so")
    func cut() {
        let long = message("A: b\n\n" + String(repeating: "x", count: MIMEMessage.maximumBytes))
        #expect(long.isCut)
        #expect(long.bytes.count == MIMEMessage.maximumBytes)
        let header = message(String(repeating: "A: bbbbbbbbbbbbbbbbb\n", count: 20_000))
        #expect(header.isCut)
        #expect(header.header.fields.count == MailHeader.maximumFields)
    }

    @Test(
        "no bytes, no header, no end: nothing traps",
        arguments: [
            "", "\n", "\n\n\n", "--", "--x--", "Content-Type: multipart/mixed; boundary=x",
            "Content-Type: multipart/mixed; boundary=x\n\n--x", "Content-Type: message/rfc822\n\n",
            "Content-Type: multipart/mixed; boundary=\"\"\n\n--\n", ":\n\n", "\r\r\n",
        ])
    func fragments(_ text: String) {
        #expect(message(text).parts.allSatisfy { $0.body.upperBound <= text.utf8.count })
    }

    @Test("random mutations of a report never trap")
    func mutations() {
        var state: UInt64 = 2_026
        func next() -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33)
        }
        let seed = Array(BounceReaderTests.postfix.utf8)
        for _ in 0..<500 {
            var bytes = seed
            for _ in 0..<(1 + next() % 20) {
                switch next() % 3 {
                case 0: bytes[next() % bytes.count] = UInt8(truncatingIfNeeded: next())
                case 1: bytes.remove(at: next() % bytes.count)
                default:
                    let start = next() % bytes.count
                    let end = min(bytes.count, start + next() % 80)
                    bytes.insert(contentsOf: bytes[start..<end], at: next() % bytes.count)
                }
            }
            #expect(BounceReader.read(bytes).recipients.count <= 100)
        }
    }
}

import Testing

@testable import Inbox

@Suite struct LMTPDialogueTests {
    /// Plays a client's words, in pieces of a size, and gives what the server said and took.
    private func play(
        _ words: String, piece: Int = .max, maximumSize: Int = 64 << 20,
        verdict: LMTPDialogue.Verdict = .taken
    ) -> (said: [String], taken: [Arrival], isClosed: Bool) {
        var dialogue = LMTPDialogue(name: "mx", maximumSize: maximumSize)
        var said: [UInt8] = []
        var taken: [Arrival] = []
        var isClosed = false
        var rest = Array(words.utf8)[...]
        while !rest.isEmpty {
            var actions = dialogue.receive(Array(rest.prefix(piece)))
            rest = rest.dropFirst(piece)
            while !actions.isEmpty {
                switch actions.removeFirst() {
                case .send(let bytes): said += bytes
                case .deliver(let arrival):
                    taken.append(arrival)
                    actions += dialogue.delivered(verdict)
                case .close: isClosed = true
                }
            }
        }
        let lines = String(decoding: said, as: UTF8.self).split(separator: "\r\n").map(String.init)
        return (lines, taken, isClosed)
    }

    private let head = "LHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<b-x@bounce.example>\r\n"

    @Test(
        "a message is taken whole, dots unstuffed, however it is cut",
        arguments: [Int.max, 1, 2, 3, 7])
    func message(piece: Int) {
        let words =
            head
            + "RCPT TO:<b-y@bounce.example>\r\nDATA\r\nSubject: x\r\n\r\n..dot\r\n.\r\nQUIT\r\n"
        let (said, taken, isClosed) = play(words, piece: piece)
        #expect(taken.count == 1)
        #expect(taken.first?.message == Array("Subject: x\r\n\r\n.dot\r\n".utf8))
        #expect(taken.first?.recipients == ["b-x@bounce.example", "b-y@bounce.example"])
        // One reply for each recipient.
        #expect(said.suffix(4).map { $0.prefix(3) } == ["354", "250", "250", "221"])
        #expect(isClosed)
    }

    @Test("while the store is away, each recipient gets 451")
    func later() {
        let (said, _, _) = play(head + "DATA\r\nx\r\n.\r\n", verdict: .later)
        #expect(said.last?.hasPrefix("451 4.3.0") == true)
    }

    @Test(
        "only CRLF dot CRLF ends a message",
        arguments: ["a\n.\r\nb", "a\r\n.\nb", "a\r.\r\nb", "a\n.\nb"])
    func smuggling(body: String) {
        for piece in [Int.max, 1, 2] {
            let (_, taken, _) = play(head + "DATA\r\n\(body)\r\n.\r\n", piece: piece)
            #expect(taken.count == 1)
        }
    }

    @Test("what is over the size is refused, announced or not, and the session goes on")
    func size() {
        let long = String(repeating: "x", count: 2_000) + "\r\n"
        let (said, taken, _) = play(
            head + "DATA\r\n\(long).\r\nNOOP\r\n", maximumSize: 1_000)
        #expect(taken.isEmpty)
        #expect(said.suffix(2).map { $0.prefix(3) } == ["552", "250"])
        let (announced, _, _) = play("LHLO a\r\nMAIL FROM:<> SIZE=1001\r\n", maximumSize: 1_000)
        #expect(announced.last?.hasPrefix("552 5.3.4") == true)
    }

    @Test("more than is read of a message is thrown away, not kept in memory")
    func bounded() {
        let line = String(repeating: "x", count: 998) + "\r\n"
        let body = String(repeating: line, count: 1_200)
        let (said, taken, _) = play(head + "DATA\r\n\(body).\r\n", piece: 64 * 1024)
        #expect(taken.first?.message.count == Arrival.maximumMessage + 1)
        #expect(said.last?.hasPrefix("250") == true)
    }

    @Test(
        "commands out of order and nonsense are refused",
        arguments: [
            ("MAIL FROM:<>", "503"), ("RCPT TO:<a@b>", "503"), ("DATA", "503"),
            ("EHLO a", "500"), ("HELO a", "500"), ("LHLO a\r\nMAIL TO:<x>", "501"),
            ("LHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<>", "501"),
            ("LHLO a\r\nMAIL FROM:<>\r\nDATA", "503"), ("VRFY x", "252"), ("\u{1}", "500"),
        ])
    func refused(_ words: String, _ code: String) {
        #expect(play(words + "\r\n").said.last?.prefix(3) == code[...])
    }

    @Test("a line without end, and endless errors, end the session")
    func abuse() {
        #expect(play(String(repeating: "x", count: 10_000)).isClosed)
        #expect(play(String(repeating: "WHAT\r\n", count: 50)).isClosed)
    }
}

import Core
import Message
import SMTP

/// A machine and what it did, driven by hand: everything it sends is taken at once.
struct Bench {
    var machine: TransactionMachine
    var now = Uptime(nanoseconds: 1_000_000_000)
    /// All that was sent, cut off by `takeSent`.
    var sent = ""
    var dots: [Int64] = []
    var replied: [String] = []
    var outcomes: [Int64: Outcome] = [:]
    var closed: CloseReason?

    init(
        pipelining: Bool = true, limit: Int = .max,
        _ change: (inout Capabilities) -> Void = { _ in }
    ) {
        var capabilities = Capabilities()
        capabilities.pipelining = pipelining
        change(&capabilities)
        machine = TransactionMachine(capabilities: capabilities, messageLimit: limit, now: now)
    }

    mutating func submit(_ mails: Mail...) {
        for mail in mails { machine.submit(mail, at: now) }
        settle()
    }

    mutating func hear(_ text: String) {
        machine.receive(Array(text.utf8), at: now)
        settle()
    }

    mutating func finish() {
        machine.finish(at: now)
        settle()
    }

    mutating func lose() {
        machine.connectionLost("reset")
        settle()
    }

    mutating func wait(_ span: TimeSpan) {
        now = now + span
        machine.expire(at: now)
        settle()
    }

    mutating func settle() {
        while let action = machine.next() {
            switch action {
            case .send(let bytes):
                sent += String(decoding: bytes, as: UTF8.self)
                machine.wrote(bytes.count, at: now)
            case .dotLeaves(let tag): dots.append(tag)
            case .replied(let tag, let reply): replied.append("\(tag):\(reply.code)")
            case .outcome(let tag, let outcome):
                precondition(outcomes[tag] == nil, "two outcomes for \(tag)")
                outcomes[tag] = outcome
            case .close(let reason):
                precondition(closed == nil, "closed twice")
                closed = reason
            }
        }
    }

    mutating func takeSent() -> String {
        defer { sent = "" }
        return sent
    }
}

/// A mail with a body that names its tag.
func mail(
    _ tag: Int64, to recipient: String? = nil, sender: String? = "news@example.com",
    body: String? = nil, envelopeID: String? = nil
) throws -> Mail {
    let text = "Subject: \(tag)\r\n\r\n\(body ?? "m\(tag)")\r\n"
    return Mail(
        tag: tag, sender: try sender.map { try EmailAddress($0) },
        recipient: try EmailAddress(recipient ?? "r\(tag)@example.org"),
        message: try WireMessage(scanning: Array(text.utf8)), envelopeID: envelopeID)
}

func group(_ tag: Int64) -> String {
    "MAIL FROM:<news@example.com>\r\nRCPT TO:<r\(tag)@example.org>\r\nDATA\r\n"
}

func content(_ tag: Int64) -> String { "Subject: \(tag)\r\n\r\nm\(tag)\r\n.\r\n" }

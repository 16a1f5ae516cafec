/// One connection of a sink, without its socket: bytes in, answers and messages out.
struct SinkSession {
    struct Offer {
        var pipelining = true
        var eightBitMIME = true
        var dsn = true
        var enhancedStatusCodes = true
        var smtpUTF8 = false
        /// Octets; nil leaves SIZE out.
        var sizeLimit: Int? = 52_428_800
    }

    /// Bytes to send, not before a moment in milliseconds of the caller's clock.
    struct Answer {
        var due: Int64
        var bytes: [UInt8]
        /// Close after these.
        var closes = false
        /// Close so that the other side sees a reset.
        var resets = false
    }

    struct Delivery {
        var envelope: SinkEnvelope
        var content: [UInt8]
    }

    let number: Int
    let offer: Offer
    private(set) var answers: [Answer] = []
    private(set) var deliveries: [Delivery] = []
    private(set) var isClosing = false
    private var busyUntil: Int64 = 0
    private var now: Int64 = 0
    private var line: [UInt8] = []
    private var content: SinkContent?
    private var sender: String?
    private var recipients: [String] = []

    init(number: Int, offer: Offer) {
        self.number = number
        self.offer = offer
    }

    mutating func takeAnswers() -> [Answer] {
        defer { answers.removeAll(keepingCapacity: true) }
        return answers
    }

    mutating func takeDeliveries() -> [Delivery] {
        defer { deliveries.removeAll(keepingCapacity: true) }
        return deliveries
    }

    mutating func greet(_ context: inout SinkContext) {
        now = context.now
        act(.connect, "", &context) { $0.answer("220 sink ESMTP") }
    }

    mutating func read(_ input: UnsafeBufferPointer<UInt8>, _ context: inout SinkContext) {
        now = context.now
        var rest = input[...]
        while let first = rest.first, !isClosing {
            if content != nil {
                let (used, isComplete) = content!.read(UnsafeBufferPointer(rebasing: rest))
                rest = rest.dropFirst(used)
                if isComplete { endContent(&context) }
                continue
            }
            rest = rest.dropFirst()
            guard first == 0x0A else {
                // Longer than any command: the rest of it is dropped.
                if line.count < 4096 { line.append(first) }
                continue
            }
            if line.last == 0x0D { line.removeLast() }
            let command = String(decoding: line, as: UTF8.self)
            line.removeAll(keepingCapacity: true)
            obey(command, &context)
        }
    }

    private mutating func obey(_ command: String, _ context: inout SinkContext) {
        let verb = command.prefix { $0 != " " }.uppercased()
        switch verb {
        case "EHLO": act(.ehlo, "", &context) { $0.answerHello() }
        case "HELO": act(.ehlo, "", &context) { $0.answer("250 sink") }
        case "MAIL": obeyMail(command, &context)
        case "RCPT": obeyRcpt(command, &context)
        case "DATA": obeyData(&context)
        case "RSET":
            forget()
            answer("250 2.0.0 ok")
        case "NOOP": answer("250 2.0.0 ok")
        case "QUIT":
            answer("221 2.0.0 bye")
            close()
        default: answer("500 5.5.1 unknown command")
        }
    }

    private mutating func obeyMail(_ command: String, _ context: inout SinkContext) {
        guard sender == nil else { return answer("503 5.5.1 nested MAIL") }
        guard let address = Self.path(command, after: "MAIL FROM:") else {
            return answer("501 5.5.4 syntax: MAIL FROM:<address>")
        }
        act(.mail, address, &context) {
            $0.sender = address
            $0.answer("250 2.1.0 ok")
        }
    }

    private mutating func obeyRcpt(_ command: String, _ context: inout SinkContext) {
        guard sender != nil else { return answer("503 5.5.1 MAIL first") }
        guard let address = Self.path(command, after: "RCPT TO:"), !address.isEmpty else {
            return answer("501 5.5.4 syntax: RCPT TO:<address>")
        }
        act(.rcpt, address, &context) {
            if $0.recipients.count < 100 { $0.recipients.append(address) }
            $0.answer("250 2.1.5 ok")
        }
    }

    private mutating func obeyData(_ context: inout SinkContext) {
        guard let recipient = recipients.first else {
            return answer("554 5.5.1 no valid recipients")
        }
        act(.data, recipient, &context) {
            $0.content = SinkContent()
            $0.answer("354 end with a dot")
        }
    }

    private mutating func endContent(_ context: inout SinkContext) {
        guard let ended = content, let recipient = recipients.first else { return }
        content = nil
        let delivery = Delivery(
            envelope: SinkEnvelope(
                connection: number, sender: sender ?? "", recipients: recipients,
                messageID: ended.messageID, size: ended.bytes.count,
                violations: ended.violations.sorted()), content: ended.bytes)
        forget()
        act(.dot, recipient, &context, keeping: delivery) {
            $0.deliveries.append(delivery)
            $0.answer("250 2.0.0 taken")
        }
    }

    private mutating func forget() {
        sender = nil
        recipients = []
        content = nil
    }

    /// Does what the rules say, or `usual` when they say nothing.
    private mutating func act(
        _ step: SinkRules.Step, _ address: String, _ context: inout SinkContext,
        keeping delivery: Delivery? = nil, usual: (inout Self) -> Void
    ) {
        let (delay, pause, action) = context.counts.decide(
            context.rules, at: step, address: address)
        if delay > 0 { busyUntil = max(busyUntil, now) + delay }
        let first = answers.count
        switch action {
        case .accept, .delay, .drip: usual(&self)
        case .reply(let code, let text):
            if code < 400 {
                usual(&self)
                if !answers.isEmpty { answers.removeLast() }
            }
            answer(SinkReply.bytes(code, text))
            if code == 421 { close() }
        case .drop: hangUp()
        case .reset: hangUp(resets: true)
        case .keepAndDrop:
            if let delivery { deliveries.append(delivery) }
            hangUp()
        }
        if pause > 0 { drip(from: first, pause: pause) }
    }

    /// Cuts the answers from one on into single bytes with pauses between them.
    private mutating func drip(from first: Int, pause: Int64) {
        let whole = answers[first...]
        answers.removeSubrange(first...)
        for answer in whole {
            let start = max(busyUntil, answer.due)
            for (index, byte) in answer.bytes.enumerated() {
                let isLast = index == answer.bytes.count - 1
                answers.append(
                    Answer(
                        due: start + Int64(index) * pause, bytes: [byte],
                        closes: answer.closes && isLast))
            }
            busyUntil = start + Int64(answer.bytes.count) * pause
        }
    }

    private mutating func hangUp(resets: Bool = false) {
        answers.append(
            Answer(due: max(busyUntil, now), bytes: [], closes: true, resets: resets))
        isClosing = true
    }

    private mutating func close() {
        if !answers.isEmpty { answers[answers.count - 1].closes = true }
        isClosing = true
    }

    private mutating func answer(_ line: String) { answer(Array("\(line)\r\n".utf8)) }

    private mutating func answer(_ bytes: [UInt8]) {
        answers.append(Answer(due: max(busyUntil, now), bytes: bytes))
    }

    private mutating func answerHello() {
        forget()
        var lines = ["sink"]
        if offer.pipelining { lines.append("PIPELINING") }
        if offer.eightBitMIME { lines.append("8BITMIME") }
        if offer.smtpUTF8 { lines.append("SMTPUTF8") }
        if offer.dsn { lines.append("DSN") }
        if offer.enhancedStatusCodes { lines.append("ENHANCEDSTATUSCODES") }
        if let limit = offer.sizeLimit { lines.append("SIZE \(limit)") }
        let text = lines.enumerated().map { index, line in
            "250\(index + 1 < lines.count ? "-" : " ")\(line)"
        }
        answer(text.joined(separator: "\r\n"))
    }

    /// The address between the angle brackets; parameters behind them are not looked at.
    private static func path(_ command: String, after prefix: String) -> String? {
        guard command.prefix(prefix.count).uppercased() == prefix else { return nil }
        let rest = command.dropFirst(prefix.count).drop { $0 == " " }
        guard rest.first == "<", let end = rest.firstIndex(of: ">") else { return nil }
        return String(rest[rest.index(after: rest.startIndex)..<end])
    }
}

/// What all connections of a sink share while they act.
struct SinkContext {
    var rules: SinkRules
    var counts = SinkRuleCounts()
    /// Milliseconds of the caller's clock.
    var now: Int64 = 0
}

import Core

extension TransactionMachine {
    /// Takes bytes as they came.
    package mutating func receive(_ bytes: UnsafeRawBufferPointer, at now: Uptime) {
        var start = 0
        do {
            while !isClosed, let reply = try parser.read(bytes, from: &start) {
                hear(reply, at: now)
            }
        } catch {
            close(.repliesInDoubt(error.rawValue))
        }
    }

    /// Takes bytes as they came.
    package mutating func receive(_ bytes: [UInt8], at now: Uptime) {
        bytes.withUnsafeBytes { receive($0, at: now) }
    }

    private mutating func hear(_ reply: SMTPReply, at now: Uptime) {
        lastProgress = now
        guard reply.code != 421 else { return hearClosing(reply) }
        guard !expected.isEmpty else {
            return close(.repliesInDoubt("a reply to no command: \(reply.code)"))
        }
        switch expected.removeFirst() {
        case .mail: hearMail(reply)
        case .rcpt: hearRcpt(reply)
        case .data: hearData(reply)
        case .dot: hearDot(reply)
        case .rset:
            guard reply.code / 100 == 2 else {
                return close(.repliesInDoubt("\(reply.code) to RSET"))
            }
        case .quit: return close(.finished)
        }
        advance()
    }

    private mutating func hearMail(_ reply: SMTPReply) {
        switch reply.code / 100 {
        case 2:
            current?.isMailAccepted = true
            askNext(.rcpt)
        case 4: fail(.deferred(.mail, reply))
        case 5: fail(.refused(.mail, reply))
        default: close(.repliesInDoubt("\(reply.code) to MAIL"))
        }
    }

    private mutating func hearRcpt(_ reply: SMTPReply) {
        switch reply.code / 100 {
        case 2:
            current?.isRecipientAccepted = true
            askNext(.data)
        case 4: fail(.deferred(.rcpt, reply))
        case 5: fail(.refused(.rcpt, reply))
        default: close(.repliesInDoubt("\(reply.code) to RCPT"))
        }
    }

    private mutating func hearData(_ reply: SMTPReply) {
        guard let exchange = current else { return }
        switch reply.code / 100 {
        case 3: hearGoAhead(exchange)
        case 4: endExchange(.deferred(.data, reply))
        case 5: endExchange(.refused(.data, reply))
        default: close(.repliesInDoubt("\(reply.code) to DATA"))
        }
    }

    private mutating func hearGoAhead(_ exchange: Exchange) {
        guard let failure = exchange.failure else {
            current = nil
            return sayContent(of: exchange.mail)
        }
        // Content for a recipient whose sender was refused: a dot might deliver an empty message.
        guard !exchange.isRecipientAccepted else {
            return close(.repliesInDoubt("DATA opened without a sender"))
        }
        current = nil
        report(exchange.mail.tag, failure)
        sayLoneDot(for: exchange.mail.tag)
    }

    private mutating func hearDot(_ reply: SMTPReply) {
        guard let ended = closing else { return }
        guard !ended.isLone else {
            closing = nil
            return
        }
        guard ended.isGone else { return hearEarly(reply, ended.tag) }
        switch reply.code / 100 {
        case 2: end(ended.tag, .accepted(reply), reply)
        case 4: end(ended.tag, .deferred(.dot, reply), reply)
        case 5: end(ended.tag, .refused(.dot, reply), reply)
        default: close(.repliesInDoubt("\(reply.code) to the final dot"))
        }
    }

    /// A verdict while the content was still leaving: a refusal holds, since the dot never left; an
    /// acceptance is no answer to what was not asked. Either way the stream is out of step.
    private mutating func hearEarly(_ reply: SMTPReply, _ tag: Int64) {
        switch reply.code / 100 {
        case 4: end(tag, .deferred(.dot, reply), reply)
        case 5: end(tag, .refused(.dot, reply), reply)
        default: break
        }
        close(.repliesInDoubt("\(reply.code) before the final dot had left"))
    }

    private mutating func end(_ tag: Int64, _ outcome: Outcome, _ reply: SMTPReply) {
        closing = nil
        actions.append(.replied(tag: tag, reply))
        report(tag, outcome)
    }

    /// In lock-step a refusal ends the exchange; in a group the other replies must be read first.
    private mutating func fail(_ outcome: Outcome) {
        if capabilities.pipelining {
            if current?.failure == nil { current?.failure = outcome }
        } else {
            endExchange(outcome)
        }
    }

    private mutating func endExchange(_ outcome: Outcome) {
        guard let exchange = current else { return }
        current = nil
        needsReset = exchange.isMailAccepted || exchange.isRecipientAccepted
        report(exchange.mail.tag, exchange.failure ?? outcome)
    }

    private mutating func askNext(_ command: Command) {
        if !capabilities.pipelining { current?.nextCommand = command }
    }

    /// 421 may come at any moment (RFC 5321 §3.8). It answers the command at the head: that message
    /// was not taken.
    private mutating func hearClosing(_ reply: SMTPReply) {
        switch expected.first {
        case .dot:
            if let ended = closing, !ended.isLone {
                end(ended.tag, .deferred(.dot, reply), reply)
            }
        case .mail, .rcpt, .data:
            if let exchange = current {
                current = nil
                report(
                    exchange.mail.tag,
                    exchange.failure ?? .deferred(expected.first?.stage ?? .mail, reply))
            }
        case .quit: return close(.finished)
        case .rset, nil: break
        }
        close(.serviceClosing(reply))
    }

    /// Gives every message its outcome and ends.
    mutating func close(_ reason: CloseReason) {
        guard !isClosed else { return }
        isClosed = true
        let why = reason.description
        if let ended = closing, !ended.isLone {
            report(
                ended.tag, ended.isGone ? .inDoubt(reason: why) : .unsent(.dot, reason: why))
        }
        if let exchange = current {
            report(
                exchange.mail.tag,
                fate(of: exchange, reason) ?? .unsent(exchange.stage, reason: why))
        }
        for mail in ready { report(mail.tag, .unsent(.mail, reason: why)) }
        closing = nil
        current = nil
        ready = []
        expected = []
        unsent = []
        leaving = nil
        actions.append(.close(reason))
    }

    /// A refusal that was heard counts, unless it may have been meant for another command.
    private func fate(of exchange: Exchange, _ reason: CloseReason) -> Outcome? {
        if case .repliesInDoubt = reason { nil } else { exchange.failure }
    }
}

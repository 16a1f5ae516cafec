/// Looks through the lines of a notice for addresses at one kind of place.
struct Scan {
    let text: NoticeText
    let parties: Set<String>

    func run(_ place: Notice.Place) -> [Notice.Candidate] {
        var found: [Notice.Candidate] = []
        for line in text.withAddress where found.count < Notice.maximumRecipients {
            let content = text.content(line)
            guard let range = address(content, place, line) else { continue }
            let address = Address.text(content[range])
            // A nickname of a host is no address, unless it stands where nothing else can.
            guard Address.hasDot(content[range]) || place == .beforeColon || place == .alone else {
                continue
            }
            found.append(Notice.Candidate(address: address, line: line))
            if place == .first { break }
        }
        return found
    }

    private func address(
        _ content: ArraySlice<UInt8>, _ place: Notice.Place, _ line: Int
    ) -> Range<Int>? {
        switch place {
        case .beforeColon:
            return leading(content, line) { rest in
                rest.first == 0x3A || rest.starts(with: "...".utf8)
            }
        case .alone: return isAnnounced(line) ? alone(content, line) : nil
        case .aloneAnywhere: return alone(content, line)
        case .leading:
            return isAnnounced(line) || hasReason(line) ? leading(content, line) { _ in true } : nil
        case .labelled: return labelled(content, line)
        case .inReply: return isReply(content, line) ? stranger(content, line) : nil
        case .inSentence:
            let near = max(0, line - 1)..<min(text.end, line + 2)
            return text.says(.failure, .delay, in: near) || hasReason(line)
                ? stranger(content, line) : nil
        case .first: return stranger(content, line)
        }
    }

    /// An address that begins its line, after bullets, and what follows it.
    private func leading(
        _ content: ArraySlice<UInt8>, _ line: Int, _ accepts: (ArraySlice<UInt8>) -> Bool
    ) -> Range<Int>? {
        let start = content.drop { Self.isBullet($0) }
        guard !start.isEmpty,
            let range = Address.next(in: content, from: content.startIndex)
        else { return nil }
        // Only marks of an address may stand before it.
        let before = content[start.startIndex..<max(start.startIndex, range.lowerBound)]
        guard
            before.allSatisfy({ $0 == 0x3C || $0 == 0x22 || $0 == 0x27 || $0 == 0x28 })
                || before.elementsEqual("mailto:".utf8) || before.elementsEqual("<mailto:".utf8)
                || before.elementsEqual("rfc822;".utf8) || before.elementsEqual("smtp:".utf8)
                || before.elementsEqual("SMTP:".utf8)
        else { return nil }
        var rest = content[range.upperBound...]
        while let next = rest.first,
            next == 0x3E || next == 0x22 || next == 0x27 || next == 0x29 || next == 0x20
                || next == 0x09
        {
            rest = rest.dropFirst()
        }
        guard accepts(rest) else { return nil }
        return rest.first == 0x3A
            ? (isServant(content[range]) && isParty(content[range]) ? nil : range)
            : ownOrNil(content, range, line)
    }

    /// An address with nothing but marks around it.
    private func alone(_ content: ArraySlice<UInt8>, _ line: Int) -> Range<Int>? {
        guard
            let range = leading(
                content, line,
                { rest in
                    rest.allSatisfy { !Self.isWord($0) } || Self.repeats(rest)
                })
        else { return nil }
        return range
    }

    /// `<a@b.c> [mailto:…]` or `a@b.c<mailto:a@b.c>`: the same once more.
    private static func repeats(_ rest: ArraySlice<UInt8>) -> Bool {
        let trimmed = rest.drop { $0 == 0x3C || $0 == 0x5B || $0 == 0x28 || $0 == 0x20 }
        return trimmed.starts(with: "mailto:".utf8)
    }

    private func ownOrNil(_ content: ArraySlice<UInt8>, _ range: Range<Int>, _ line: Int) -> Range<
        Int
    >? {
        let address = content[range]
        if isServant(address) || isParty(address) || isContact(line) { return nil }
        return range
    }

    /// `Recipient: a@b.c`: a label that speaks of a recipient, and the address the end of the line.
    private func labelled(_ content: ArraySlice<UInt8>, _ line: Int) -> Range<Int>? {
        guard content.count < 300, let range = Address.next(in: content, from: content.startIndex)
        else { return nil }
        let before = content[..<range.lowerBound]
        guard let colon = before.lastIndex(where: { $0 == 0x3A || $0 == 0x3D || $0 == 0x3B }),
            before[colon...].allSatisfy({
                !Self.isWord($0)
            }) || before[colon...].drop(while: { !Self.isWord($0) }).allSatisfy({ $0 != 0x20 })
        else { return nil }
        let label = String(decoding: PhraseTable.normalized(Array(before[..<colon])), as: UTF8.self)
            .trimmedBlanks
        guard !label.isEmpty, label.utf8.count <= 80, !label.holds(". "),
            !label.holds("rcpt to"),
            Self.isRecipientLabel(label)
        else { return nil }
        return isServant(content[range]) || text.says(.contact, in: line..<(line + 1)) ? nil : range
    }

    private static func isRecipientLabel(_ label: String) -> Bool {
        if [
            "sender", "from", "reply", "message id", "envelope", "subject", "contact", "return",
            "mailto",
            "absender", "mittente", "remitente", "expediteur",
        ].contains(where: { label.holds($0) }) {
            return false
        }
        return [
            "recip", "rcpt", "address", "user", "deliver", "unknown", "mailbox", "empf", "dest",
            "adres", "fail", "reject", "undeliver", "account", "sent to", "send to", "message to",
            "mail to",
            "receiver", "invalid", "addr",
        ].contains { label.holds($0) }
    }

    /// A line of a server's or client's: a code of refusal, or what was asked.
    private func isReply(_ content: ArraySlice<UInt8>, _ line: Int) -> Bool {
        let trimmed = content.drop { Self.isBullet($0) }
        let words = String(decoding: trimmed.prefix(40), as: UTF8.self).lowercased()
        if words.hasPrefix("rcpt to") || words.holds("rcpt to:") { return true }
        guard let code = Reply.code(in: trimmed.prefix(200)) else {
            return Reply.status(in: trimmed.prefix(300)) != nil
                && hasReason(line)
        }
        return code >= 400
    }

    /// The first address on a line that is neither the writer's, the sender's nor a help desk's.
    private func stranger(_ content: ArraySlice<UInt8>, _ line: Int) -> Range<Int>? {
        if isLabelOfSender(content) || isContact(line) { return nil }
        var position = content.startIndex
        while let range = Address.next(in: content, from: position) {
            if !isParty(content[range]), !isServant(content[range]), Address.hasDot(content[range]),
                !isMessageID(content, range), !isAfterFrom(content, range)
            {
                return range
            }
            position = range.upperBound
        }
        return nil
    }

    /// `Message-ID: <…@…>`, with an angle bracket and digits before the sign.
    private func isMessageID(_ content: ArraySlice<UInt8>, _ range: Range<Int>) -> Bool {
        let before = String(decoding: content[..<range.lowerBound].suffix(30), as: UTF8.self)
            .lowercased()
        return before.holds("message-id") || before.holds("message id")
            || before.holds("id:")
            || before.hasSuffix("id <")
    }

    /// `mail from a@b.c`: whoever sent.
    private func isAfterFrom(_ content: ArraySlice<UInt8>, _ range: Range<Int>) -> Bool {
        let before = content[..<range.lowerBound].suffix(12)
        let plain = PhraseTable.normalized(Array(before))
        return plain.elementsEqual("from ".utf8)
            || plain.count > 5 && plain.suffix(6).elementsEqual(" from ".utf8)
                && !String(decoding: content, as: UTF8.self).holds("generated from")
    }

    private func isLabelOfSender(_ content: ArraySlice<UInt8>) -> Bool {
        let words = String(decoding: content.drop { Self.isBullet($0) }.prefix(24), as: UTF8.self)
            .lowercased()
        return [
            "from:", "from ", "sender:", "to:", "cc:", "subject:", "date:", "sent:", "reply-to:",
            "message-id",
            "mail from", ">>> mail", "references:", "in-reply-to", "received:", "return-path",
            "von:", "an:", "de:", "para:",
            "x-", "envelope-from", "for help", "please ", "a:", "bcc:", "sender ",
        ].contains { words.hasPrefix($0) }
    }

    /// Whether the paragraph before says that what follows failed.
    private func isAnnounced(_ line: Int) -> Bool {
        text.says(.failure, .delay, .success, in: 0..<line)
    }

    private func hasReason(_ line: Int) -> Bool { !text.reasons(in: line..<(line + 1)).isEmpty }

    /// Whether the line or the one before names whom to ask.
    private func isContact(_ line: Int) -> Bool {
        var start = line
        if start > 0, !text.lines[start - 1].isEmpty { start -= 1 }
        return text.says(.contact, in: start..<(line + 1))
            && !text.says(.failure, in: start..<(line + 1))
    }

    private func isParty(_ address: ArraySlice<UInt8>) -> Bool {
        parties.contains(Address.text(address).lowercased())
    }

    /// A post that answers for a server.
    private func isServant(_ address: ArraySlice<UInt8>) -> Bool {
        let local = String(decoding: address.prefix { $0 != 0x40 }, as: UTF8.self).lowercased()
        return [
            "postmaster", "mailer-daemon", "abuse", "hostmaster", "helpdesk", "help-desk", "help",
            "support", "noc",
            "mail-daemon", "mailadmin", "mailmaster", "root", "techsupport", "customerservice",
            "unblock", "delist",
        ].contains(local)
    }

    private static func isBullet(_ byte: UInt8) -> Bool {
        // blank tab * - > # | . o with high bit
        switch byte {
        case 0x20, 0x09, 0x2A, 0x2D, 0x3E, 0x23, 0x7C, 0x2E, 0xC2, 0xB7, 0xA0, 0xE2, 0x80, 0xA2,
            0x5B, 0x0D:
            true
        default: false
        }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...0xFF: true
        default: false
        }
    }
}

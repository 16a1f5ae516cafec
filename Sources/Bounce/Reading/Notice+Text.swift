import Core

/// Recipients in the words of a notice.
extension Notice {
    private static let maximumRecipients = 50
    private static let maximumLines = 400

    /// A report from delivery-status fields; where they give no reason, the words that surround
    /// the address in the notice do.
    func report(_ fields: [String: String], _ step: BounceReader.Step) -> RecipientReport? {
        guard
            var report = StatusFields.report(
                fields, step: step.name, confidence: step.confidence)
        else { return nil }
        if report.verdict.reason == .unclear, let text = texts.first {
            let words = words(about: report.recipient, in: text)
            report.verdict = Classifier.judge(
                code: report.code ?? Reply.code(in: words), status: report.status, text: words)
        }
        return report
    }

    /// Exim's header field: addresses separated by commas.
    func failedRecipients(_ step: BounceReader.Step) -> [RecipientReport] {
        header.all("x-failed-recipients")
            .flatMap { $0.split(separator: ",").prefix(Self.maximumRecipients) }
            .compactMap { Address.inField(String($0)) }
            .map { report(on: $0, step) }
    }

    /// `<address>:` or `address:` at the beginning of a line, as qmail, Postfix and Exim write.
    func addressesBeforeColon(_ step: BounceReader.Step) -> [RecipientReport] {
        lines { line in
            guard let end = line.firstIndex(of: 0x3A) else { return nil }
            return Self.bare(line[..<end])
        }.map { report(on: $0, step) }
    }

    /// An address that is all there is on its line, before the copy of the message.
    func addressesAlone(_ step: BounceReader.Step) -> [RecipientReport] {
        lines(Self.bare).map { report(on: $0, step) }
    }

    /// Applies a rule to the lines of the notice's own words.
    private func lines(_ rule: (ArraySlice<UInt8>) -> String?) -> [String] {
        guard let text = texts.first else { return [] }
        var found: [String] = []
        for line in Lines(text).prefix(Self.maximumLines) {
            if Self.beginsCopy(text[line.content]) { break }
            if let address = rule(text[line.content]) { found.append(address) }
            if found.count >= Self.maximumRecipients { break }
        }
        return found
    }

    /// An address with nothing but blanks and angle brackets around it.
    private static func bare(_ text: ArraySlice<UInt8>) -> String? {
        let isAround: (UInt8) -> Bool = {
            $0 == 0x20 || $0 == 0x09 || $0 == 0x3C || $0 == 0x3E || $0 == 0x22
        }
        guard text.count <= 400, let first = text.firstIndex(where: { !isAround($0) }),
            let last = text.lastIndex(where: { !isAround($0) })
        else { return nil }
        let inner = text[first...last]
        guard let address = Address.first(in: inner), address.utf8.count == inner.count else {
            return nil
        }
        return address
    }

    /// Whether a line says that the returned message follows.
    private static func beginsCopy(_ line: ArraySlice<UInt8>) -> Bool {
        guard line.first == 0x2D || line.first == 0x20 || line.first == 0x3D else { return false }
        let words = String(
            decoding: PhraseTable.normalized(Array(line.prefix(200))), as: UTF8.self)
        return [
            "copy of the message", "copy of your message", "original message",
            "unsent message", "returned message", "below this line", "message header",
        ].contains { words.contains($0) }
    }

    private func report(on address: String, _ step: BounceReader.Step) -> RecipientReport {
        let words = texts.first.map { self.words(about: address, in: $0) } ?? ""
        let status = Reply.status(in: words)
        let code = Reply.code(in: words)
        let verdict = Classifier.judge(code: code, status: status, text: words)
        let isDelay = isDelay(status: status)
        return RecipientReport(
            recipient: address, finalRecipient: nil, action: isDelay ? .delayed : .failed,
            status: status, code: code, diagnostic: Reply.printable(words), verdict: verdict,
            confidence: step.confidence, step: step.name)
    }

    /// Whether the notice is only a warning that delivery takes longer.
    private func isDelay(status: EnhancedStatus?) -> Bool {
        guard status?.class != 5 else { return false }
        let subject = (header["subject"] ?? "").lowercased()
        return ["delayed", "warning", "delay"].contains { subject.contains($0) }
    }

    /// The words from the line of an address to the next empty line, at most 1,000 bytes; where
    /// the text does not name it, its beginning.
    private func words(about address: String, in text: [UInt8]) -> String {
        var start: Int?
        for line in Lines(text).prefix(Self.maximumLines) {
            let content = text[line.content]
            if let begin = start {
                let isEmpty = content.allSatisfy { $0 == 0x20 || $0 == 0x09 }
                if line.next - begin > 1_000 || (isEmpty && line.content.lowerBound > begin) {
                    return String(decoding: text[begin..<line.content.lowerBound], as: UTF8.self)
                }
            } else if Address.first(in: content)?.lowercased() == address.lowercased() {
                start = line.content.lowerBound
            }
        }
        return String(decoding: text[(start ?? 0)...].prefix(1_000), as: UTF8.self)
    }
}

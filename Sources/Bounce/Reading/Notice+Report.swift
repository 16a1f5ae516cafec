internal import Core

/// What is said of a recipient, from fields and from words.
extension Notice {
    /// A report from delivery-status fields; where they leave something open, the words that
    /// surround the address in the notice fill it in.
    func report(
        _ fields: [String: String], _ step: BounceReader.Step, isOnly: Bool
    ) -> RecipientReport? {
        guard
            var report = StatusFields.report(
                fields, classifier, step: step.name, confidence: step.confidence)
        else { return nil }
        guard report.verdict.reason == .unclear || report.status == nil, let text = texts.first
        else {
            return report
        }
        let line =
            [report.recipient, report.finalRecipient].compactMap { $0 }
            .flatMap(text.lines(naming:)).min()
        let words = evidence(
            Candidate(address: report.recipient, line: line ?? 0), text,
            next: isOnly ? nil : nextRecipient(after: line, report.recipient, text),
            isNamed: line != nil, isOnly: isOnly)
        report.status = report.status ?? words.status
        report.code = report.code ?? words.code
        if report.verdict.reason == .unclear
            || words.said != nil && fields["diagnostic-code"] == nil
        {
            report.verdict = classifier.judge(
                code: report.code, status: report.status, said: words.said)
        }
        if fields["action"] == nil, report.action != .delivered {
            report.action = isDelay(text, status: nil) ? .delayed : .failed
        }
        return report
    }

    /// Exim's header field: addresses separated by commas.
    func failedRecipients(_ step: BounceReader.Step) -> [RecipientReport] {
        let addresses = header.all("x-failed-recipients").prefix(Self.maximumRecipients)
            .flatMap { $0.split(separator: ",").prefix(Self.maximumRecipients) }
            .prefix(Self.maximumRecipients)
            .compactMap { Address.inField(String($0)) }
        return addresses.map { address in
            guard let text = texts.first else {
                return RecipientReport(
                    recipient: address, finalRecipient: nil, action: .failed, status: nil,
                    code: nil, diagnostic: "",
                    verdict: BounceVerdict(reason: .unclear, weight: .none),
                    confidence: step.confidence, step: step.name)
            }
            let line = text.lines(naming: address).first
            return report(
                Candidate(address: address, line: line ?? 0), text,
                next: nextRecipient(after: line, address, text), step,
                isNamed: line != nil, isOnly: addresses.count == 1)
        }
    }

    /// The next line that begins with another address.
    private func nextRecipient(after line: Int?, _ address: String, _ text: NoticeText) -> Int? {
        guard let line else { return nil }
        return text.withAddress.first { other in
            other > line && !contains(address, text.content(other))
                && startsWithAddress(text.content(other))
        }
    }

    private func startsWithAddress(_ line: ArraySlice<UInt8>) -> Bool {
        let start = line.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x3C }
        return Address.next(in: start, from: start.startIndex)?.lowerBound == start.startIndex
    }

    /// Fields that lie in a text, of the notice itself before those of what it returns.
    func fieldsInText(_ step: BounceReader.Step) -> [RecipientReport] {
        for text in texts {
            let limit =
                text.end < text.lines.count
                ? text.lines[text.end].content.lowerBound : text.bytes.count
            let own = StatusFields.groups(in: Array(text.bytes[..<limit]))
            let groups =
                own.isEmpty && limit < text.bytes.count && isFromMailSystem
                ? StatusFields.groups(in: text.bytes) : own
            let found = groups.compactMap { group -> RecipientReport? in
                // A receipt has a final recipient too, and neither action nor status.
                group["action"] == nil && group["status"] == nil && group["diagnostic-code"] == nil
                    ? nil
                    : StatusFields.report(
                        group, classifier, step: step.name, confidence: step.confidence)
            }
            if !found.isEmpty { return found }
        }
        return []
    }

    func report(
        _ candidate: Candidate, _ text: NoticeText, next: Int?, _ step: BounceReader.Step,
        isNamed: Bool = true, isOnly: Bool = true
    ) -> RecipientReport {
        let words = evidence(candidate, text, next: next, isNamed: isNamed, isOnly: isOnly)
        let verdict = classifier.judge(code: words.code, status: words.status, said: words.said)
        var action = RecipientReport.Action.failed
        if saysSuccess {
            action = .delivered
        } else if isDelay(text, status: words.status) {
            action = .delayed
        }
        return RecipientReport(
            recipient: candidate.address, finalRecipient: nil, action: action,
            status: words.status, code: words.code, diagnostic: Reply.printable(words.text),
            verdict: verdict, confidence: step.confidence, step: step.name)
    }

    /// Whether the notice is only a warning that delivery takes longer.
    func isDelay(_ text: NoticeText, status: EnhancedStatus?) -> Bool {
        if status?.class == 5 { return false }
        let isWarning = traits.isWarning
        if !isWarning && traits.saysFailure { return false }
        if text.says(.final) && !(isWarning && text.says(.delay)) { return false }
        return isWarning || text.says(.delay)
    }

    struct Evidence {
        var code: Int?
        var status: EnhancedStatus?
        var said: BounceReason?
        var text: ArraySlice<UInt8> = []
    }

    /// What the notice says of a recipient: in the paragraph of the address, then wherever else
    /// it is named, then up to the next recipient, then anywhere; but not what may be said of
    /// another recipient, where a code was given to this one.
    private func evidence(
        _ candidate: Candidate, _ text: NoticeText, next: Int?, isNamed: Bool, isOnly: Bool
    ) -> Evidence {
        var evidence = Evidence()
        var ranges: [Range<Int>] = []
        if isNamed {
            let end = min(next ?? text.end, text.end)
            let stop = paragraphEnd(candidate.line, text, before: max(candidate.line + 1, end))
            ranges.append(candidate.line..<stop)
            if next == nil || (next ?? 0) > candidate.line + 1 {
                ranges.append(
                    candidate.line..<min(max(end, candidate.line + 1), candidate.line + 60))
            }
            for line in text.lines(naming: candidate.address).prefix(6)
            where line != candidate.line {
                if !isOnly && !isContinued(line, text) { ranges.append(line..<(line + 1)) }
                ranges.append(line..<sayingEnd(line, candidate.address, text))
            }
            let start = paragraphStart(candidate.line, text)
            let isOthers =
                !isOnly && text.withAddress.contains { $0 >= start && $0 < candidate.line }
            if !isOthers { ranges.append(start..<candidate.line) }
        }
        ranges.append(0..<text.end)
        for (index, range) in ranges.enumerated() where !range.isEmpty {
            let isOthers = !isOnly && index == ranges.count - 1
            if isOthers && (evidence.code != nil || evidence.status != nil) { break }
            let words = text.text(range)
            if evidence.text.isEmpty { evidence.text = words }
            if evidence.status == nil { evidence.status = Reply.status(in: words) }
            if evidence.code == nil { evidence.code = Reply.code(in: words) }
            if evidence.said == nil {
                evidence.said = classifier.weightiest(text.reasons(in: range))
            }
            if evidence.said != nil && evidence.status != nil { break }
        }
        guard isOnly || evidence.code == nil else { return evidence }
        if evidence.status == nil { evidence.status = Reply.status(in: subject) }
        if evidence.said == nil {
            let plain = PhraseTable.normalized(Array(subject.utf8.prefix(500)))
            evidence.said = classifier.weightiest(classifier.hits(in: plain)[...])
        }
        return evidence
    }

    /// Whether the next line goes on with what this one says: indented, or the next of a reply's.
    private func isContinued(_ line: Int, _ text: NoticeText) -> Bool {
        guard line + 1 < text.end, let first = text.content(line + 1).first else { return false }
        let start = text.content(line).drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x3C }
        return first == 0x20 || first == 0x09
            || start.count > 3 && start[start.startIndex + 3] == 0x2D
    }

    private func contains(_ address: String, _ line: ArraySlice<UInt8>) -> Bool {
        let wanted = Array(address.utf8)
        var position = line.startIndex
        while let range = Address.next(in: line, from: position) {
            if range.count == wanted.count,
                zip(line[range], wanted).allSatisfy({ ($0 | 0x20) == ($1 | 0x20) })
            {
                return true
            }
            position = range.upperBound
        }
        return false
    }

    private func paragraphEnd(_ line: Int, _ text: NoticeText, before end: Int) -> Int {
        var stop = line + 1
        while stop < end, stop < text.end, !text.lines[stop].isEmpty { stop += 1 }
        return max(stop, line + 1)
    }

    /// The end of what a line begins to say: where a paragraph or another address begins.
    private func sayingEnd(_ line: Int, _ address: String, _ text: NoticeText) -> Int {
        let stop = paragraphEnd(line, text, before: min(text.end, line + 6))
        let other = ((line + 1)..<max(line + 1, stop)).first { next in
            let content = text.content(next)
            return content.contains(0x40) && !contains(address, content)
        }
        return other ?? stop
    }

    private func paragraphStart(_ line: Int, _ text: NoticeText) -> Int {
        var start = line
        while start > 0, text.lines[start - 1].isEmpty { start -= 1 }
        let end = start
        while start > 0, !text.lines[start - 1].isEmpty, end - start < 12 { start -= 1 }
        return start
    }
}

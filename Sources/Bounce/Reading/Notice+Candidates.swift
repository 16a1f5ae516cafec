internal import Core

/// Recipients in the words of a notice.
extension Notice {
    static let maximumRecipients = 50

    /// How an address stands in the notice; each is a step.
    enum Place {
        case beforeColon, alone, leading, labelled, inReply, inSentence, aloneAnywhere, first
    }

    /// The recipients who stand at a kind of place in the first text that has any.
    func candidates(_ step: BounceReader.Step, _ place: Place) -> [RecipientReport] {
        let parties = parties
        for text in texts {
            let found = Scan(text: text, parties: parties).run(place)
            if !found.isEmpty {
                return found.enumerated().map { index, candidate in
                    report(
                        candidate, text,
                        next: index + 1 < found.count ? found[index + 1].line : nil, step,
                        isOnly: found.count == 1)
                }
            }
        }
        return []
    }

    /// A mailbox alone on the line after a failure phrase: the domain is the writer's.
    func bareMailbox(_ step: BounceReader.Step) -> [RecipientReport] {
        guard let text = texts.first,
            let at = Address.first(in: Array(from.utf8)[...])?.split(separator: "@").last
        else { return [] }
        var isAfter = false
        for line in 0..<text.end where !text.lines[line].isEmpty {
            let words = text.content(line).split {
                $0 == 0x20 || $0 == 0x09 || $0 == 0x3C || $0 == 0x3E
            }
            if isAfter, words.count == 1, let word = words.first, word.count <= 64,
                word.allSatisfy({ Address.isLocal($0) && $0 < 0x80 }),
                word.contains(where: { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A })
            {
                let address = String(decoding: word, as: UTF8.self) + "@" + at
                return [report(Candidate(address: address, line: line), text, next: nil, step)]
            }
            if text.says(.failure, in: line..<(line + 1)) { isAfter = true }
        }
        return []
    }

    /// The only addressee of the returned mail, where the notice names nobody; not that of a
    /// mailing list's, which is the list.
    func addressee(_ step: BounceReader.Step) -> [RecipientReport] {
        guard let text = texts.first, text.says(.failure, .delay) else { return [] }
        var headers = returnedHeaders
        if text.end < text.lines.count {
            headers.append(
                MailHeader(
                    text.bytes, in: text.lines[text.end].content.lowerBound..<text.bytes.count))
        }
        for header in headers {
            guard header["list-id"] == nil, header["list-post"] == nil, header["newsgroups"] == nil,
                header["errors-to"] == nil, header["precedence"]?.lowercased() != "list",
                let to = header["to"], to.utf8.lazy.filter({ $0 == 0x40 }).count == 1,
                let address = Address.inField(to)
            else { continue }
            return [report(Candidate(address: address, line: 0), text, next: nil, step)]
        }
        return []
    }

    struct Candidate {
        var address: String
        var line: Int
    }
}

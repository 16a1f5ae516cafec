internal import Bounce
internal import Composition
internal import Core
internal import Expression
internal import HTTP
internal import JSON

/// A reader of outside bytes. Whatever they are it must return: no trap, no endless loop.
struct FuzzTarget: Sendable {
    let name: String
    /// What its language is made of.
    let pieces: [String]
    /// Built in, for a run without a corpus.
    let seeds: [String]
    let run: @Sendable ([UInt8]) -> Void

    static let all = [liquid, mail, condition, mailing, bounce, request, incoming, json, csv]

    static let condition = FuzzTarget(
        name: "condition",
        pieces: [
            "and", " or ", "not ", "(", ")", "==", "<", "age", "city", "born", "\"x\"", "30d",
            "now",
            "2026-12-01", "in (", "is blank", "is not blank", "clicked(any, within: 30d)", "1e9",
            "lower(", "sample(10%, \"s\")", "tagged \"x\"", "%", "/", "0", "-", "\\u{", "profile.",
        ],
        seeds: ["age > 3 and city is not blank or born < now - 30d", "city in (\"a\", \"b\")"]
    ) { bytes in
        let vocabulary = Vocabulary(
            fields: ["age": .number, "city": .text, "born": .date, "vip": .flag, "love": .score],
            segments: ["x"], topics: ["news"])
        guard
            let read = try? Expression.condition(String(decoding: bytes, as: UTF8.self), vocabulary)
        else { return }
        _ = try? Evaluator(FuzzPerson(), now: .epoch, segments: ["x": read]).evaluate(read)
    }

    /// Front matter, HTML, links, text part, lint of a whole mailing file.
    static let mailing = FuzzTarget(
        name: "mailing",
        pieces: [
            "---\n", "subject: ", "from: a@b.example\n", "audience: ", "\n  - ", "defaults:\n",
            "<a href=\"https://x.example/\">", "</a>", "<p>", "</p>", "<!--", "-->", "<style>",
            "&amp;",
            "{{ links.unsubscribe }}", "{{ first_name }}", "{% if age > 3 %}", "{% endif %}",
            "<img src=\"", "data-action=\"", "javascript:", "\r\n", "\u{201C}", "<table><tr><td>",
        ] + LiquidPieces.mail,
        seeds: [
            "---\nsubject: Hi\nfrom: a@b.example\naudience: tagged \"x\"\n---\n<p>Hi {{ first_name }}"
                + "</p><a href=\"{{ links.unsubscribe }}\">out</a>"
        ]
    ) { bytes in
        let rules =
            "[field first_name]\ntype = text\n[field age]\ntype = number\n[topic news]\nlabel = N\n"
        let source = MailingSource(
            name: "m", files: ["m.html": bytes, "loop.conf": Array(rules.utf8)])
        let mailing = CompiledMailing.compile(source, grants: .notJudged).mailing
        guard let row = try? mailing?.mergeRow(of: FuzzPerson(), now: .epoch).get() else { return }
        _ = try? MergeRow(row.bytes)
    }

    static let bounce = FuzzTarget(
        name: "bounce",
        pieces: [
            "Content-Type: multipart/report; boundary=x\r\n", "--x\r\n", "--x--\r\n", "\r\n\r\n",
            "Content-Type: message/delivery-status\r\n", "Final-Recipient: rfc822; a@b.example\r\n",
            "Action: failed\r\n", "Status: 5.1.1\r\n", "Diagnostic-Code: smtp; 550 5.1.1 no\r\n",
            "Content-Transfer-Encoding: base64\r\n", "=?utf-8?Q?", "?=", "=\r\n", "message/rfc822",
        ],
        seeds: [
            "From: MAILER-DAEMON\r\nContent-Type: multipart/report; boundary=x\r\n\r\n--x\r\n"
                + "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; a\r\n\r\n"
                + "Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--x--"
        ]
    ) { bytes in
        _ = BounceReader.read(bytes)
    }

    static let request = FuzzTarget(
        name: "http",
        pieces: [
            "GET ", "POST ", " HTTP/1.1\r\n", "Host: a\r\n", "Content-Length: 3\r\n", "\r\n\r\n",
            "Transfer-Encoding: chunked\r\n", "0\r\n\r\n", "3\r\nabc\r\n", "%00", "Expect: ", "\n ",
        ],
        seeds: ["POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"]
    ) { bytes in
        var parser = RequestParser()
        // In two pieces, as the network cuts them.
        parser.append(bytes.prefix(bytes.count / 2))
        drain(&parser)
        parser.append(bytes.dropFirst(bytes.count / 2))
        drain(&parser)
    }

    private static func drain(_ parser: inout RequestParser) {
        for _ in 0..<10_000 {
            switch parser.next() {
            case .needMore, .failure: return
            case .head, .body, .end: continue
            }
        }
    }

    static let json = FuzzTarget(
        name: "json",
        pieces: ["[", "]", "{", "}", "\"", "\\u", "\\uD800", "1e", "-", ",", ":", "null"],
        seeds: ["{\"a\":[1,-2.5e3,\"\\u00e4\",true,null]}"]
    ) { bytes in
        if let value = try? JSON(parsing: bytes) { _ = try? JSON(parsing: value.bytes) }
    }
}

internal import Composition
internal import Core
internal import Diagnostics

/// The page beside a mailing: numbers, what it waits for, and how it looks to sample people.
struct PreviewPage {
    /// How the mailing looks to one person.
    struct Look {
        var person: String
        var outcome: Result<RenderedMessage, RenderFailure>
        var choices: String
    }

    /// What is said about the mailing itself.
    struct Facts: Hashable {
        var name: String
        var version: String
        var state: String
        /// Nil for a mailing that triggers start.
        var audience: Int?
        /// What it waits for, in words; nil: it waits for nothing.
        var waiting: String?
        /// The code to approve it with; nil when there is nothing to approve.
        var code: String?
    }

    var facts: Facts
    var links: [MailingLink]
    var warnings: [Finding]
    var looks: [Look]

    /// A page by itself: no script, nothing from outside, mails in sandboxed frames.
    var html: [UInt8] {
        var page = """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(Self.escaped(facts.name))</title>
            <style>
            body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 60em; \
            padding: 0 1em; color: #1d2b33; }
            dt { font-weight: bold; } dd { margin: 0 0 .6em; }
            code { font-size: 1.2em; } iframe { width: 100%; height: 42em; \
            border: 1px solid #ccd; }
            pre { white-space: pre-wrap; background: #f4f4f0; padding: 1em; }
            .inbox { border: 1px solid #ccd; padding: .6em 1em; } .inbox span { color: #667; }
            </style></head><body>
            <h1>\(Self.escaped(facts.name))</h1>
            <dl>

            """
        for (term, value) in lines { page += "<dt>\(term)</dt><dd>\(value)</dd>\n" }
        page += "</dl>\n"
        for look in looks { page += self.section(look) }
        return Array((page + "</body></html>\n").utf8)
    }

    private var lines: [(String, String)] {
        var lines: [(String, String)] = []
        if let audience = facts.audience { lines.append(("Recipients", "\(audience)")) }
        lines.append(("State", Self.escaped(facts.state)))
        if let waiting = facts.waiting { lines.append(("Waiting", Self.escaped(waiting))) }
        if let code = facts.code {
            lines.append(
                (
                    "To approve this version, write into the front matter",
                    "<code>approve: \(Self.escaped(code))</code>"
                ))
        }
        lines.append(("Version", Self.escaped(String(facts.version.prefix(12)))))
        for warning in warnings { lines.append(("Warning", Self.escaped(warning.summary))) }
        let targets = links.filter { !$0.isInText }.map { link in
            "\(link.number). \(link.target ?? "\(link.host), personal")"
        }
        if !targets.isEmpty {
            lines.append(("Links", targets.map(Self.escaped).joined(separator: "<br>")))
        }
        return lines
    }

    private func section(_ look: Look) -> String {
        let head = "<h2>\(Self.escaped(look.person))</h2>\n"
        switch look.outcome {
        case .failure(.aborted(let reason)):
            return head + "<p>Gets nothing: \(Self.escaped(reason))</p>\n"
        case .failure(.failed(let reason)):
            return head + "<p>Cannot be made: \(Self.escaped(reason))</p>\n"
        case .success(let message):
            let choices = look.choices.isEmpty ? "" : "<p>\(Self.escaped(look.choices))</p>\n"
            let html = Self.escaped(String(decoding: message.html, as: UTF8.self))
            var text = ""
            if let bytes = message.text {
                text = "<pre>\(Self.escaped(String(decoding: bytes, as: UTF8.self)))</pre>\n"
            }
            return """
                \(head)\(choices)<p class="inbox"><b>\(Self.escaped(message.subject))</b> \
                <span>\(Self.escaped(message.preheader))</span></p>
                <iframe sandbox title="\(Self.escaped(look.person))" srcdoc="\(html)"></iframe>
                \(text)
                """
        }
    }

    /// The text part as the first person who gets the mailing sees it.
    var text: [UInt8]? {
        for look in looks {
            if case .success(let message) = look.outcome { return message.text }
        }
        return nil
    }

    private static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}

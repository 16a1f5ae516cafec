internal import Composition
internal import Core
internal import Diagnostics
internal import Message
internal import Store

/// The page beside a mailing: the numbers of its dry run, what it waits for, and how it looks to
/// those who would get it.
///
/// It stands by itself: no script, nothing from outside but what the mails themselves load, mails
/// in sandboxed frames. Everything that comes from a template or a profile is escaped.
struct PreviewPage {
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
        /// When the dry run that it shows ended.
        var previewMade: Instant?
        var peopleShown = 0
        /// How often its links were clicked; empty before the first.
        var clicks: [LinkFigures] = []
    }

    var facts: Facts
    var mailing: CompiledMailing
    var report: DryRunReport?
    var warnings: [Finding]
    var looks: PreviewLooks

    var html: [UInt8] {
        var page = """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(HTML.escaped(facts.name)) – preview</title>
            <style>\(Self.style)</style></head><body>
            <header><h1>\(HTML.escaped(facts.name))</h1>
            <p><span class="state">\(HTML.escaped(facts.state))</span> \(origin)</p></header>

            """
        page += waiting
        page += "<main>\n"
        if let report { page += PreviewNumbers(report, mailing).html }
        page += list(
            "Warnings", warnings.map { "<pre>\(HTML.escaped($0.report))</pre>" }.joined())
        page += section(
            "How it looks", looks.combinations,
            note: report.map { $0.otherCombinations } ?? 0)
        page += section("Sample people", looks.samples)
        page += section("Extremes", looks.extremes)
        page += list("Links", links)
        return Array((page + "</main></body></html>\n").utf8)
    }

    private var origin: String {
        var parts = ["version \(HTML.escaped(String(facts.version.prefix(12))))"]
        if let made = facts.previewMade { parts.append("dry run of \(made.rfc3339)") }
        return "<span class=\"quiet\">\(parts.joined(separator: " · "))</span>"
    }

    private var waiting: String {
        guard let reason = facts.waiting else { return "" }
        var text = "<p class=\"waiting\"><b>Not started:</b> \(HTML.escaped(reason))."
        if let code = facts.code {
            text +=
                " To approve this version, write into the front matter:"
                + " <code>approve: \(HTML.escaped(code))</code>"
        }
        return text + "</p>\n"
    }

    private func list(_ title: String, _ content: String) -> String {
        content.isEmpty ? "" : "<section><h2>\(title)</h2>\n\(content)</section>\n"
    }

    /// Each place where a link stands is a row of its own, whatever it leads to.
    private var links: String {
        guard !mailing.links.isEmpty else { return "" }
        let isCounted = !facts.clicks.isEmpty
        let clicks = Dictionary(facts.clicks.map { ($0.number, $0) }) { first, _ in first }
        let rows = mailing.links.map { link in
            let target = HTML.escaped(link.target ?? "\(link.host), depends on the person")
            let name = link.name.map { " <b>\(HTML.escaped($0))</b>" } ?? ""
            return "<tr><td class=\"n\">\(link.number)</td><td>\(target)\(name)</td>"
                + "<td class=\"quiet\">\(link.isInText ? "text" : "HTML")</td>"
                + (isCounted ? Self.cells(clicks[link.number]) : "") + "</tr>\n"
        }
        let heads = isCounted ? "<th>People<th>Anonymous<th>All requests" : ""
        return "<table><tr><th>No.<th>Target<th>Part\(heads)</tr>\n\(rows.joined())</table>\n"
    }

    private static func cells(_ clicks: LinkFigures?) -> String {
        [clicks?.human, clicks?.anonymous, clicks?.gross]
            .map { "<td class=\"n\">\(($0 ?? 0).grouped)</td>" }.joined()
    }

    // MARK: - Looks

    private func section(_ title: String, _ looks: [Look], note others: Int = 0) -> String {
        guard !looks.isEmpty else { return "" }
        var text = looks.map { article($0) }.joined()
        if others > 0 {
            text += "<p class=\"quiet\">\(others.grouped) people have other combinations.</p>\n"
        }
        return list(title, text)
    }

    private func article(_ look: Look) -> String {
        var head = "<article><h3>\(HTML.escaped(look.title))"
        if !look.person.isEmpty {
            head += " <span class=\"quiet\">\(HTML.escaped(look.person))</span>"
        }
        if let file = look.file?.name {
            let path = "\(PercentCoding.encoded(facts.name))/\(PercentCoding.encoded(file))"
            head += " <a href=\"\(path)\" download>message (.eml)</a>"
        }
        head += "</h3>\n"
        if !look.choices.isEmpty {
            let chips = look.choices.split(separator: ",").map {
                "<span class=\"chip\">\(HTML.escaped(String($0)))</span>"
            }
            head += "<p>\(chips.joined(separator: " "))</p>\n"
        }
        return head + body(look) + "</article>\n"
    }

    private func body(_ look: Look) -> String {
        switch look.outcome {
        case nil:
            "<p class=\"quiet\">Nobody is shown here any more: previews of people are kept for "
                + "fourteen days, and not of those who were erased.</p>\n"
        case .failure(.aborted(let reason)):
            "<p>Gets nothing: \(HTML.escaped(reason)).</p>\n"
        case .failure(.failed(let reason)):
            "<p class=\"bad\">Cannot be made: \(HTML.escaped(reason)).</p>\n"
        case .success(let message): frames(message, title: look.title)
        }
    }

    private func frames(_ message: RenderedMessage, title: String) -> String {
        let html = HTML.escaped(String(decoding: message.html, as: UTF8.self))
        let name = HTML.escaped(title)
        var text = ""
        if let bytes = message.text {
            let part = HTML.escaped(String(decoding: bytes, as: UTF8.self))
            text = "<details><summary>Text part</summary><pre>\(part)</pre></details>\n"
        }
        // Without scripts the origin is of no use to the mail, but pictures beside the page show.
        return """
            <p class="inbox"><span class="from">\(sender)</span> \
            <b>\(HTML.escaped(message.subject))</b> \
            <span class="quiet">\(HTML.escaped(message.preheader))</span></p>
            <div class="frames"><figure class="wide"><iframe sandbox="allow-same-origin" loading="lazy" \
            title="\(name), desktop" srcdoc="\(html)"></iframe>\
            <figcaption>Desktop</figcaption></figure>
            <figure class="narrow"><iframe sandbox="allow-same-origin" loading="lazy" \
            title="\(name), 320 pixels wide" srcdoc="\(html)"></iframe>\
            <figcaption>320 pixels</figcaption></figure></div>
            \(text)
            """
    }

    private var sender: String {
        guard let from = mailing.frontMatter.from else { return "" }
        return HTML.escaped(from.name ?? from.address.text)
    }
}

internal import Composition
internal import Core

/// The numbers of a dry run on the page: shares with bars, who is left out, blanks, sizes.
struct PreviewNumbers {
    private let report: DryRunReport
    private let mailing: CompiledMailing

    init(_ report: DryRunReport, _ mailing: CompiledMailing) {
        self.report = report
        self.mailing = mailing
    }

    var html: String {
        figures + shares + leftOut + blanks
    }

    private var figures: String {
        let isTriggered = mailing.audience == nil
        var cards = [
            (isTriggered ? "possible recipients" : "recipients", report.evaluated.grouped),
            ("left out", report.skipped.grouped),
            ("messages made", report.rendered.grouped),
        ]
        if report.heldPeople > 0 { cards.append(("cannot be made", report.heldPeople.grouped)) }
        if let longest = report.longest, let shortest = report.shortest {
            cards += [
                ("median size", report.medianBytes.kilobytes),
                ("longest", longest.bytes.kilobytes), ("shortest", shortest.bytes.kilobytes),
            ]
        }
        let items = cards.map { "<div><b>\($0.1)</b><span>\($0.0)</span></div>" }
        return "<section class=\"figures\">\(items.joined())</section>\n"
    }

    /// Those whose choices were counted.
    private var chosen: Int { report.evaluated - report.skipped - report.heldPeople }

    private var shares: String {
        let tables = report.offers.map { offer -> String in
            let title = offer.isBlocks ? "Blocks shown" : "Slot \(HTML.escaped(offer.name))"
            let rows = offer.shares.map { share in
                row(
                    share.name.isEmpty ? "<i>empty</i>" : HTML.escaped(share.name),
                    share.people, of: max(chosen, share.people), isExpected: share.name.isEmpty)
            }
            return "<div><h3>\(title)</h3><table>\(rows.joined())</table></div>\n"
        }
        return tables.isEmpty
            ? ""
            : "<section><h2>Who gets what</h2><div class=\"cards\">\(tables.joined())</div>"
                + "</section>\n"
    }

    private var leftOut: String {
        var rows: [String] = []
        if report.empty > 0 {
            rows.append(row("no slot has content for them", report.empty, of: report.evaluated))
        }
        for reason in report.aborted {
            rows.append(row(HTML.escaped(reason.text), reason.people, of: report.evaluated))
        }
        for reason in report.held {
            rows.append(
                row(
                    "<span class=\"bad\">cannot be made: \(HTML.escaped(reason.text))</span>",
                    reason.people, of: max(report.rendered, reason.people)))
        }
        return section("Who gets nothing", rows)
    }

    private var blanks: String {
        section(
            "Fields that are printed and blank",
            report.blanks.map { blank in
                let isGuarded = mailing.frontMatter.defaults[blank.field] != nil
                let note = isGuarded ? " <span class=\"quiet\">has a default</span>" : ""
                return row(
                    "<code>\(HTML.escaped(blank.field))</code>\(note)", blank.people,
                    of: max(chosen, blank.people))
            })
    }

    private func section(_ title: String, _ rows: [String]) -> String {
        rows.isEmpty
            ? "" : "<section><h2>\(title)</h2><table>\(rows.joined())</table></section>\n"
    }

    /// A label that is HTML already, a number, and its share as a bar.
    private func row(
        _ label: String, _ people: Int, of whole: Int, isExpected: Bool = false
    ) -> String {
        let share = Share(people, of: whole)
        let width = Int(share.percent.rounded())
        let nobody = people == 0 && !isExpected ? " class=\"nobody\"" : ""
        return """
            <tr\(nobody)><td>\(label)</td><td class="n">\(people.grouped)</td>\
            <td class="n">\(people == 0 ? "nobody" : share.text)</td>\
            <td class="bar"><span style="width:\(width)%"></span></td></tr>

            """
    }
}

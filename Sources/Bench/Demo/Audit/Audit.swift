internal import Core

/// Judges the evidence, station by station, in the order in which mail travels the circle.
enum Audit {
    static func reports(on evidence: Evidence) -> [StationReport] {
        [
            profiles(evidence), desk(evidence), language(evidence), message(evidence),
            links(evidence), sending(evidence), site(evidence), loop(evidence),
            segments(evidence), inbox(evidence), control(evidence),
        ]
    }

    private static func profiles(_ e: Evidence) -> StationReport {
        let refused = e.imported.refusedLines
        var report = StationReport(
            "Profiles", did: "\(e.imported.added) imported, \(refused.count) rows refused")
        report.check("everybody with an address is imported", e.imported.added, is: e.people.count)
        report.check(
            "bad rows are named by line", refused, is: ProfileTable.badLines(e.people))
        return report
    }

    private static func desk(_ e: Evidence) -> StationReport {
        var report = StationReport(
            "Desk", did: "\(e.mail.count) templates in force, 1 refused")
        report.check(
            "a large mailing waits for its release", e.folder.waitedForRelease,
            otherwise: "mail went out before")
        report.check("a preview is written", e.folder.hasPreview, otherwise: "there is none")
        report.check(
            "an error names file, line and column",
            e.folder.error.contains("broken.html:\(BrokenTemplate.line):"),
            otherwise: e.folder.error.isEmpty ? "there is no error file" : e.folder.error)
        return report
    }

    private static func language(_ e: Evidence) -> StationReport {
        let mail = e.mail[Evidence.first, default: [:]]
        var wrong: [String] = []
        for person in e.people {
            for letter in mail[person.email] ?? [] {
                let name = person.firstName ?? "there"
                if letter.text.place(after: "Hello \(name),") == nil
                    || letter.html.place(after: "Hello \(HTML.escaped(name)),") == nil
                {
                    wrong.append(person.email)
                }
            }
        }
        var report = StationReport(
            "Language", did: "\(e.allMail.count) letters rendered")
        report.check("there are letters", !mail.isEmpty, otherwise: "none")
        report.check(
            "names appear as they are, escaped in HTML, and where missing as the default",
            wrong.isEmpty, otherwise: "not to \(wrong.count), such as \(wrong.first ?? "")")
        return report
    }

    private static func message(_ e: Evidence) -> StationReport {
        let mail = e.allMail
        let bytes = mail.reduce(0) { $0 + $1.size }
        var report = StationReport(
            "Message", did: "\(mail.count) messages, \(bytes / 1_048_576) MB")
        report.check("there are messages", !mail.isEmpty, otherwise: "none")
        let broken = mail.flatMap(\.defects)
        report.check(
            "every line ends with CRLF, is 7-bit and not too long", broken.isEmpty,
            otherwise: "\(broken.count) defects, such as \(broken.first?.rawValue ?? "")")
        let names = ["from", "to", "subject", "date", "message-id", "list-id", "list-unsubscribe"]
        let without = mail.count { letter in
            names.contains { letter.headers[$0] == nil } || letter.oneClick == nil
                || letter.text.isEmpty || letter.html.isEmpty
        }
        report.check("headers and both parts are there", without, is: 0)
        let ids = mail.compactMap { $0.headers["message-id"] }
        report.check("every Message-ID is unique", Set(ids).count, is: mail.count)
        return report
    }

    private static func links(_ e: Evidence) -> StationReport {
        let mail = e.allMail
        let urls = mail.flatMap { $0.links.map(\.url) + $0.images }
        var report = StationReport("Links", did: "\(urls.count) links signed")
        report.check("there are links", !urls.isEmpty, otherwise: "none")
        let strange = urls.filter { !$0.hasPrefix(e.publicURL + "/") }
        report.check(
            "all lead to the endpoint", strange.isEmpty,
            otherwise: "\(strange.count) do not, such as \(strange.first ?? "")")
        report.check(
            "no data-action leaves the building",
            mail.count { $0.html.place(after: "data-action") != nil }, is: 0)
        report.check("an open is counted in each", mail.count { $0.images.isEmpty }, is: 0)
        report.check("no two are the same", Set(urls).count, is: urls.count)
        return report
    }
}

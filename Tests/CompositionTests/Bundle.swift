import Core
import Diagnostics
import Message
import Rules

@testable import Composition

/// A small folder for tests: one mailing with what it needs.
struct Bundle {
    var matter =
        "subject: Hello {{ first_name | default: \"you\" }}\nfrom: Shop <news@shop.example>"
    var more = "topic: news\naudience: everybody"
    var body = "<p>Hi</p><a href=\"{{ links.unsubscribe }}\">out</a>"
    var files: [String: String] = [:]
    var grants = Grants.notJudged

    static let rules = """
        [topic news]
        label = Our news
        [field first_name]
        type = text
        [field city]
        type = text
        [field age]
        type = number
        [field born]
        type = date
        [field vip]
        type = flag
        [field clicks.travel]
        type = number
        [field interests.cars]
        type = score
        half-life = 90d
        [field interests.travel]
        type = score
        half-life = 90d
        [segment everybody]
        where = not tagged "nobody"
        [segment travellers]
        where = interests.travel >= 2
        [action travel-click]
        do = clicks.travel += 1
        """

    var source: MailingSource {
        var all = files.mapValues { Array($0.utf8) }
        all["m.html"] = Array("---\n\(matter)\n\(more)\n---\n\(body)".utf8)
        if all["loop.conf"] == nil { all["loop.conf"] = Array(Self.rules.utf8) }
        return MailingSource(name: "m", files: all)
    }

    func compile() -> (mailing: CompiledMailing?, findings: [Finding]) {
        CompiledMailing.compile(source, grants: grants)
    }

    static let identity = DeliveryIdentity(
        linkPrefix: "https://m.shop.example/c/TOK/", pixelURL: "https://m.shop.example/o/TOK.gif",
        unsubscribeURL: "https://m.shop.example/u/TOK?a=1&b=2",
        preferencesURL: "https://m.shop.example/p/TOK",
        viewURL: "https://m.shop.example/v/TOK", imagePrefix: "https://m.shop.example/i/",
        messageID: "abc@m.shop.example",
        listDomain: "shop.example", feedbackSender: "shop.example")

    static let now = Instant(milliseconds: 1_796_115_600_000)

    /// What a person would read.
    func render(_ person: TestPerson = TestPerson()) throws -> RenderedMessage {
        let (mailing, findings) = compile()
        guard let mailing else { throw Refused(findings: findings) }
        return try mailing.render(
            try mailing.mergeRow(of: person, now: Self.now).get(), identity: Self.identity)
    }

    struct Refused: Error {
        var findings: [Finding]
    }
}

extension RenderedMessage {
    var htmlText: String { String(decoding: html, as: UTF8.self) }
    var plainText: String { text.map { String(decoding: $0, as: UTF8.self) } ?? "" }
}

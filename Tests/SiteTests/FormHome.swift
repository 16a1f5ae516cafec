import Core
import HTTP
import Rules
import Seal
import Store
import Threads
import Diagnostics

@testable import Site

/// A site with a form, and the mailing that asks to confirm it.
struct FormHome {
    let home: SiteHome
    var store: Store { home.store }

    static let rules = reading(text)

    static let text = """
        [topic news]
        label = Travel & News
        default = on
        [topic offers]
        label = Offers <b>
        [topic service]
        listed = no
        [field first_name]
        type = text
        label = First name
        editable = yes
        [field country]
        type = choice
        values = DE, AT
        editable = yes
        [field language]
        type = choice
        values = en, de
        [field secret]
        type = number
        [form newsletter]
        label = Northbound newsletter
        topics = news, offers
        fields = first_name, country
        next = https://shop.example/welcome
        origins = https://shop.example
        """

    static func reading(_ text: String) -> LoopRules {
        RulesReader([SourceText(path: "loop.conf", text: text)]).rules
    }

    init(
        rules: LoopRules = FormHome.rules, pages: [String: String] = [:],
        adjust: (inout SiteOptions) -> Void = { _ in }
    ) throws {
        home = try SiteHome(
            pages: pages, rules: rules,
            adjust: { options in
                options.rules = RulesInForce(rules)
                adjust(&options)
            })
        try home.store.write(.control) { access in
            try access.declare(
                fields: [
                    FieldColumn(name: "first_name", type: .text),
                    FieldColumn(name: "country", type: .choice),
                    FieldColumn(name: "language", type: .choice),
                    FieldColumn(name: "secret", type: .number),
                ], at: SiteHome.now)
            try access.declare(topics: [
                TopicRecord(name: "news", label: "Travel & News", byDefault: true),
                TopicRecord(name: "offers", label: "Offers <b>", byDefault: false),
            ])
            _ = try access.activate(
                .init(
                    name: "confirm", hash: "1", kind: .transactional, topic: nil,
                    isTriggered: true, source: []), at: SiteHome.now)
        }
    }

    func pass(_ span: TimeSpan) { home.clock.update { $0 = $0 + span } }

    /// The stamp of a form that was just opened.
    func stamp() -> String {
        let html = home.ask(.get, "/f/newsletter").text
        let mark = "name=\"stamp\" value=\""
        guard let start = html.range(of: mark)?.upperBound else { return "" }
        return String(html[start...].prefix { $0 != "\"" })
    }

    /// Opens the form, fills it in as people do, and sends it.
    @discardableResult
    func subscribe(_ email: String, _ more: String = "topic=offers") -> HTTPResponse {
        let stamp = stamp()
        pass(.seconds(10))
        return home.post(
            "/f/newsletter",
            "email=\(PercentCoding.encoded(email))&stamp=\(stamp)&\(more)")
    }

    /// The newest delivery of the mailing that asks to confirm.
    func asked() throws -> [Int64] {
        try store.reader().connection.query("SELECT delivery FROM opt_in ORDER BY delivery") {
            $0.integer(0)
        }
    }

    func confirmPath(_ delivery: Int64) throws -> String {
        "/k/" + (try home.sealer.token(.confirm, delivery: delivery).text)
    }

    func status(_ email: String) throws -> ProfileStatus? {
        let reader = try store.reader()
        return try reader.profileID(email: EmailAddress(email)).flatMap {
            try reader.profile($0, fields: [])?.status
        }
    }

    func consent(_ email: String) throws -> [ConsentRow] {
        try store.consent(of: EmailAddress(email), in: store.reader())
    }
}

extension String {
    /// Where a text stands for the first time.
    func range(of other: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(other) {
                return start..<index(start, offsetBy: other.count)
            }
            start = index(after: start)
        }
        return nil
    }
}

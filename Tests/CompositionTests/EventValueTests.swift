import Core
import Testing

@testable import Composition

/// What a mailing that an event starts may say of it.
@Suite struct EventValueTests {
    private func bundle(_ body: String, send: String = "on trigger") -> Bundle {
        var bundle = Bundle()
        bundle.matter = "subject: x\nfrom: news@shop.example\nsend: \(send)"
        bundle.more = send == "hold" ? bundle.more : "topic: news"
        bundle.body += body
        return bundle
    }

    @Test("the event's values are printed, asked, and kept in the merge row")
    func printed() throws {
        let body =
            "<p>{{ event.total | default: 0 }} {% if event.total > 100 %}BIG{% endif %}</p>"
        let (mailing, findings) = bundle(body).compile()
        let compiled = try #require(mailing, "\(findings)")
        let person = TestPerson(
            fields: ["event.total": .number(150)], tags: [], topics: ["news"])
        let row = try compiled.mergeRow(of: person, now: Bundle.now).get()
        let kept = try MergeRow(row.bytes)
        let html = try compiled.render(kept, identity: Bundle.identity).htmlText
        #expect(html.contains("150 BIG"))
        let none = TestPerson(fields: [:], tags: [], topics: ["news"])
        #expect(try bundle(body).render(none).htmlText.contains("<p>0 </p>"))
    }

    @Test("a mailing that no event starts has no event, and an unknown value is refused")
    func refused() {
        let held = bundle("{{ event.total | default: 0 }}", send: "hold").compile()
        #expect(held.0 == nil)
        let unknown = bundle("{{ event.totl | default: 0 }}").compile()
        #expect(unknown.0 == nil)
    }
}

import Core
import Diagnostics
import JSON
import Rules
import Store
import Testing

@Suite struct EventValuesTests {
    private let rules = RulesReader([
        SourceText(
            path: "loop.conf",
            text: "[event order]\nvalues = total: number, sku: text, paid: flag, placed: date")
    ]).rules

    private func values(_ data: JSON) -> [String: FieldValue] {
        EventRecord(
            profile: 1, kind: EventKind("order"), at: Instant(milliseconds: 5), data: data
        ).values(rules, mailing: nil)
    }

    @Test("values are read from the event's data by their declared types")
    func typed() {
        let values = values([
            "total": 12.5, "sku": "cap", "paid": true, "placed": "2026-11-21T12:00:00Z",
            "other": 1,
        ])
        #expect(
            values == [
                "event.total": .number(12.5), "event.sku": .text("cap"), "event.paid": .flag(true),
                "event.placed": .date(Instant("2026-11-21T12:00:00Z")!),
                "event.kind": .text("order"), "event.at": .date(Instant(milliseconds: 5)),
            ])
    }

    @Test("what is absent or of another type is missing, and data cannot pass for what is common")
    func mismatched() {
        let values = values(["total": "12.5", "sku": 7, "paid": 1, "kind": "sale", "at": 9])
        #expect(
            values == [
                "event.kind": .text("order"), "event.at": .date(Instant(milliseconds: 5)),
            ])
    }
}

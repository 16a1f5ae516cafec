import Core
import Diagnostics
import Rules
import Store
import Testing

@testable import Loop

@Suite struct TriggerRuleFiringTests {
    let t = Instant("2026-11-21T12:00:00Z")!

    func trigger(_ when: String, _ more: String = "") throws -> TriggerRule {
        let text = "[field n]\ntype = number\n[trigger x]\nwhen = n \(when)\nsend = a\n\(more)\n"
        return try #require(
            RulesReader([SourceText(path: "loop.conf", text: text)]).rules.triggers.first)
    }

    func outcome(
        _ rule: TriggerRule, _ before: Double, _ after: Double, _ mark: TriggerMark
    ) -> TriggerRule.Outcome {
        var threshold = 0.0
        switch rule.condition {
        case .reaches(_, let number), .fallsBelow(_, let number): threshold = number
        default: break
        }
        return rule.outcome(
            before: Reading(number: before, threshold), after: Reading(number: after, threshold),
            mark: mark, at: t)
    }

    @Test(
        "a threshold fires when it is crossed, in its direction",
        arguments: [
            ("reaches 3", 2.0, 3.0, true), ("reaches 3", 0, 10, true), ("reaches 3", 3, 4, false),
            ("reaches 3", 4, 2, false), ("reaches 3", 2, 2.9, false), ("reaches -1", -2, 0, true),
            ("reaches -1", 0, 1, false), ("falls below 1", 1, 0.5, true),
            ("falls below 1", 0.5, 0.2, false), ("falls below 1", 0.5, 2, false),
            ("falls below 1", 2, 1, false),
        ])
    func crossing(when: String, before: Double, after: Double, fires: Bool) throws {
        let outcome = try outcome(trigger(when), before, after, TriggerMark())
        #expect((outcome.firing == 1) == fires)
        #expect(outcome.mark.firings == (fires ? 1 : 0))
    }

    @Test("once is ever unless it says a time or always")
    func once() throws {
        let mark = TriggerMark(firings: 1, isArmed: true, last: t - .days(10))
        func firing(_ once: String) throws -> Int? {
            try outcome(trigger("reaches 3", once), 2, 3, mark).firing
        }
        #expect(try firing("") == nil)
        #expect(try firing("once = ever") == nil)
        #expect(try firing("once = per 11d") == nil)
        #expect(try firing("once = per 10d") == 2)
        #expect(try firing("once = always") == 2)
    }

    @Test("a disarmed trigger fires only after the value went back over rearm")
    func rearm() throws {
        let rule = try trigger("reaches 3", "rearm = 1\nonce = always")
        var mark = outcome(rule, 2, 3, TriggerMark()).mark
        #expect(!mark.isArmed)
        mark = outcome(rule, 3, 2, mark).mark
        #expect(outcome(rule, 2, 3, mark).firing == nil)
        mark = outcome(rule, 3, 1, mark).mark
        #expect(mark.isArmed)
        #expect(outcome(rule, 1, 3, mark).firing == 2)
    }
}

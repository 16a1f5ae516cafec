import Core
import Diagnostics
import Expression
import Rules
import Testing

@Suite struct LoopRulesTests {
    var rules: LoopRules {
        RulesReader([
            SourceText(
                path: "loop.conf",
                text: "[field clicks.travel]\ntype = number\n[field country]\ntype = choice\n"
                    + "values = DE, AT\n[topic news]\n[action travel-click]\n"
                    + "do = clicks.travel += 1\n[action seen]\non = open\ndo = tag \"reader\"\n")
        ]).rules
    }

    @Test("a link is bound to an action by name or to one operation")
    func binding() throws {
        guard case .named(let action) = try rules.binding("travel-click") else {
            Issue.record("no action")
            return
        }
        #expect(action.name == "travel-click")
        let inline = try rules.binding("clicks.travel += 1")
        #expect(inline.operations == action.operations)
        #expect(try rules.binding("tag \"x y\"").operations == [.tag("x y")])
        #expect(try rules.binding("subscribe news").operations == [.subscribe(topic: "news")])
    }

    @Test(
        "a wrong binding says where and what",
        arguments: [
            ("travel-clik", 0, "unknown action \"travel-clik\"; did you mean \"travel-click\"?"),
            (
                "clicks.travl += 1", 0,
                "unknown field \"clicks.travl\"; did you mean \"clicks.travel\"?"
            ),
            ("clicks.travel += x", 17, "unknown field \"x\""),
            ("clicks.travel ++", 14, "write FIELD = VALUE"), ("", 0, "an operation such as x += 1"),
            ("call shop", 0, "notify and call belong into an [action]"),
        ])
    func wrong(text: String, offset: Int, message: String) {
        let error = #expect(throws: ExpressionError.self) { try rules.binding(text) }
        #expect(error?.offset == offset)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test("actions on a kind of event are found, and choices accept their values only")
    func lookup() {
        #expect(rules.actions(on: .open).map(\.name) == ["seen"])
        #expect(rules.actions(on: .click).isEmpty)
        let country = rules.fields["country"]
        #expect(country?.accepts(.text("DE")) == true)
        #expect(country?.accepts(.text("FR")) == false)
        #expect(country?.accepts(.missing) == true)
        #expect(country?.accepts(.number(1)) == false)
    }
}

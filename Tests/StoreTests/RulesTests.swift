import Core
import Rules
import Store
import Testing

@Suite struct RulesTests {
    @Test("Activating rules makes their fields and topics and keeps their files")
    func activates() throws {
        let home = try TemporaryStore()
        var rules = LoopRules()
        var country = FieldRule(name: "country", type: .choice)
        country.standard = .text("DE")
        rules.fields["country"] = country
        rules.fields["age"] = FieldRule(name: "age", type: .number)
        let files = ["loop.conf": "[field country]\n", "loop/b.conf": "\"quoted\" ü"]
        let finished = rules
        try home.store.write(.control) { access in
            try access.activate(finished, files: files, at: .epoch)
            try access.activate(finished, files: files, at: .epoch)
        }
        let reader = try home.store.reader()
        #expect(try reader.rulesFiles() == files)
        #expect(
            try Set(reader.fieldColumns().keys) == LoopRules.keptFields.union(["country", "age"]))
        #expect(rules.standards == ["country": .text("DE")])
    }

    @Test("Before the first activation there are no files")
    func none() throws {
        let home = try TemporaryStore()
        #expect(try home.store.reader().rulesFiles() == [:])
    }

    @Test("Rules in force are replaced as a whole")
    func replaces() {
        let inForce = RulesInForce(LoopRules())
        var next = LoopRules()
        next.fields["age"] = FieldRule(name: "age", type: .number)
        inForce.replace(with: next)
        #expect(Set(inForce.current.fields.keys) == LoopRules.keptFields.union(["age"]))
    }
}

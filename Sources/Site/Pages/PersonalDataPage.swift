internal import Core
internal import Expression
internal import Rules
internal import Store

/// What is stored of a person, for herself to see.
struct PersonalDataPage {
    let person: ProfileRecord
    let columns: [String: FieldColumn]
    let consent: [ConsentRow]
    let rules: LoopRules
    let words: Wording
    let now: Instant

    /// Rows of the consent ledger, the newest.
    private static let rows = 200

    var content: PageContent {
        var facts: [PageContent.Fact] = [
            .init(label: words.address, value: person.email),
            .init(
                label: words.status,
                value: words.statuses[person.status.rawValue] ?? person.status.rawValue),
            .init(label: words.since, value: day(person.created)),
        ]
        for (name, stored) in person.fields.sorted(by: { $0.key < $1.key })
        where stored != .missing {
            var rule = rules.fields[name] ?? FieldRule(name: name, type: .text)
            if name == PageLanguage.field, rule.label == nil { rule.label = words.language }
            facts.append(
                .init(label: rule.label ?? name, value: text(stored, columns[name], rule)))
        }
        let topics = rules.topics.values
            .filter { $0.isListed && person.topics[$0.name] ?? $0.isDefault }
            .map(\.label).sorted()
        facts.append(
            .init(
                label: words.subscriptions,
                value: topics.isEmpty ? "–" : topics.joined(separator: ", ")))
        return PageContent(
            words.yourData,
            [
                .text(words.yourDataHow), .facts(facts), .heading(words.history),
                consent.isEmpty
                    ? .text(words.noHistory) : .facts(consent.suffix(Self.rows).map(fact)),
            ])
    }

    private func text(_ stored: FieldValue, _ column: FieldColumn?, _ rule: FieldRule) -> String {
        if let column, column.type == .score, case .number(let sum) = stored {
            let value = Score(sum: sum, scale: column.scale).value(at: now)
            return String((value * 100).rounded() / 100)
        }
        let control = FieldControl(rule: rule, words: words)
        if case .flag(let flag) = stored { return flag ? words.yes : words.no }
        return control.text(of: stored, zone: rules.zone)
    }

    private func fact(_ row: ConsentRow) -> PageContent.Fact {
        let topic = row.topic.map { rules.topics[$0]?.label ?? $0 }
        let change = words.changes[row.change] ?? row.change
        return .init(
            label: day(row.at),
            value: [change, topic, row.source.way, row.source.network].compactMap { $0 }
                .joined(separator: " · "))
    }

    private func day(_ instant: Instant) -> String { rules.zone.day(instant) }
}

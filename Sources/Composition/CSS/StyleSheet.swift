import Liquid

/// The rules of a mailing's style blocks, found by what the element itself must be.
struct StyleSheet {
    /// One selector of a rule, in the order of the sheet.
    private struct Entry {
        var selector: StyleSelector
        var rule: Int
    }

    /// The most selectors that are inlined: beyond, no sheet was written for a mail.
    static let selectorLimit = 2000

    private var rules: [StyleRule] = []
    private var entries: [Entry] = []
    private var byID: [String: [Int]] = [:]
    private var byClass: [String: [Int]] = [:]
    private var byType: [String: [Int]] = [:]
    private var byNothing: [Int] = []

    var isEmpty: Bool { entries.isEmpty }
    var isOverLimit: Bool { entries.count > Self.selectorLimit }

    mutating func add(_ more: [StyleRule]) {
        for rule in more {
            rules.append(rule)
            for selector in rule.selectors {
                guard !isOverLimit, let own = selector.steps.last?.compound else { return }
                let number = entries.count
                entries.append(Entry(selector: selector, rule: rules.count - 1))
                if let id = own.ids.first {
                    byID[id, default: []].append(number)
                } else if let name = own.classes.first {
                    byClass[name, default: []].append(number)
                } else if let type = own.type {
                    byType[type, default: []].append(number)
                } else {
                    byNothing.append(number)
                }
            }
        }
    }

    /// Whether a rule could ask for this class.
    func asks(forClass name: String) -> Bool { byClass[name] != nil }

    /// Entries whose last compound may fit the element.
    func candidates(for element: OpenElement) -> [Int] {
        var found = byNothing + (byType[element.name] ?? [])
        if let id = element.id { found += byID[id] ?? [] }
        // A class given twice selects once.
        for name in Set(element.classes) { found += byClass[name] ?? [] }
        return found
    }

    func matches(_ entry: Int, _ path: ElementPath) -> Bool {
        entries[entry].selector.matches(path)
    }

    /// The declarations of matching entries, weakest first; of a rule that matches by several
    /// selectors the strongest counts. What a stronger rule says again is left out.
    func cascade(_ matching: [Int]) -> [StyleRule.Declaration] {
        var strongest: [Int: Int] = [:]
        for entry in matching {
            let rule = entries[entry].rule
            strongest[rule] = max(
                strongest[rule] ?? 0, entries[entry].selector.specificity)
        }
        let order = strongest.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map(\.key)
        var taken: Set<String> = []
        var kept: [[StyleRule.Declaration]] = []
        for rule in order.reversed() {
            let own = rules[rule].declarations.filter { !taken.contains(Self.name($0)) }
            kept.append(own)
            // Within a rule a property may stand twice: the second is for those who know it.
            for declaration in own { taken.insert(Self.name(declaration)) }
        }
        return kept.reversed().flatMap { $0 }
    }

    private static func name(_ declaration: StyleRule.Declaration) -> String {
        declaration.isImportant ? "!" + declaration.property : declaration.property
    }
}

package import Core
package import Rules
internal import Synchronization

/// The rules that hold now: the last loop.conf that was whole and valid.
///
/// The desk replaces them; all stations read them. A reader that wants one consistent set takes
/// `current` once.
package final class RulesInForce: Sendable {
    private let rules: Mutex<(rules: LoopRules, generation: Int)>

    package init(_ rules: LoopRules) {
        self.rules = Mutex((rules, 1))
    }

    package var current: LoopRules { rules.withLock { $0.rules } }

    /// How often rules were replaced: who keeps what it made of them asks whether it is stale.
    package var generation: Int { rules.withLock { $0.generation } }

    /// A field that was added by command holds at once; the desk reads it with the folder's rules.
    package func add(_ field: FieldRule) {
        rules.withLock {
            $0.rules.fields[field.name] = field
            $0.generation += 1
        }
    }

    package func replace(with next: LoopRules) {
        rules.withLock { $0 = (next, $0.generation + 1) }
    }
}

extension LoopRules {
    /// The name under which fields added by command stand among the files of the rules.
    package static let addedFieldsPath = "loop/added-by-command.conf"

    /// What fields read as where nothing is stored, for `StoredPerson`.
    package var standards: [String: FieldValue] {
        fields.mapValues(\.standard).filter { $0.value != .missing }
    }
}

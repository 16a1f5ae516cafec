import Expression
import Liquid
import Rules

/// Which names of a template are fields, and which of those can be blank.
struct FieldNames {
    let rules: LoopRules
    private let fields: Set<String>
    /// Names given anywhere in the mailing, which are no fields.
    private let assigned: Set<String>
    /// What a blank field prints in this mailing.
    let defaults: Set<String>

    init(_ rules: LoopRules, assigned: Set<String>, defaults: Set<String>) {
        self.rules = rules
        self.assigned = assigned
        self.defaults = defaults
        fields = Set(rules.vocabulary.fields.keys)
    }

    /// The field of a path: the longest beginning that is a declared name; nil for anything else.
    func field(_ path: Path) -> String? {
        guard let root = path.rootName, let names = path.plainNames,
            root == "profile" || !assigned.contains(root)
        else { return nil }
        let own = names.dropFirst(root == "profile" ? 1 : 0)
        for count in stride(from: own.count, to: 0, by: -1) {
            let name = own.prefix(count).joined(separator: ".")
            if fields.contains(name) { return name }
        }
        return nil
    }

    /// The field of a bare variable.
    func field(_ term: Term) -> String? {
        if case .path(let path) = term { field(path) } else { nil }
    }

    /// Whether a profile can lack a value of it.
    func canBeMissing(_ field: String) -> Bool { rules.canBeMissing(field) }
}

import Core
import Expression

extension LoopRules {
    /// Whether a profile can lack a value of this field: all but those that every profile has, that
    /// are required or that have a default.
    package func canBeMissing(_ field: String) -> Bool {
        Vocabulary.builtIn[field] == nil && (fields[field]?.canBeBlank ?? true)
    }

    /// What is known of the values that conditions ask for.
    package var domains: Proposition.Domains {
        let fields = fields
        return Proposition.Domains(
            values: { name in
                guard let field = fields[name], field.type == .choice else { return nil }
                return field.values
            },
            canBeMissing: {
                Vocabulary.builtIn[$0] == nil && (fields[$0]?.canBeBlank ?? true)
            })
    }
}

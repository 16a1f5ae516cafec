package import Core
package import Expression
package import Rules

extension ConditionCompiler {
    /// Compiles conditions of these rules: with their segments, and what their fields read as
    /// where nothing is stored. `columns` is what `fieldColumns()` gave.
    package init(_ rules: LoopRules, columns: [String: FieldColumn], now: Instant) {
        self.init(
            columns: columns, standards: rules.standards, segments: rules.conditions, now: now)
    }

    /// Those of an audience (nil: everybody) to whom a mailing of this kind and topic may go now:
    /// status, topic and suppression as `ReadAccess.block` asks them of one person.
    package func recipients(
        _ audience: Expression?, kind: MailingKind, topic: String?
    ) throws(ExpressionError) -> SQLCondition {
        let statuses = ProfileStatus.allCases.filter { $0.allows(kind) }
            .map { "'\($0.rawValue)'" }.joined(separator: ", ")
        var sql = "profile.status IN (\(statuses))"
        var values: [SQLValue] = []
        if kind == .marketing {
            sql += """
                 AND NOT EXISTS (SELECT 1 FROM contact_case WHERE contact_case.profile = profile.id
                AND contact_case.closed IS NULL AND contact_case.holds <> 0)
                """
        }
        if kind == .marketing, let topic {
            let subscribed = isSubscribed(to: topic).condition
            sql += " AND \(subscribed.sql)"
            values += subscribed.values
        }
        sql +=
            " AND NOT EXISTS (SELECT 1 FROM suppression WHERE suppression.email = profile.email)"
        if let audience {
            let condition = try compile(audience).holds
            sql += " AND (\(condition.sql))"
            values += condition.values
        }
        return SQLCondition(sql: sql, values: values)
    }
}

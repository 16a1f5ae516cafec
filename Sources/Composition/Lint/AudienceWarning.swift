import Diagnostics
import Expression

/// A warning whose weight depends on whom it hits.
package struct AudienceWarning: Sendable {
    package var finding: Finding
    /// Holds for the people it hits: `first_name is blank`.
    package var condition: Expression

    package init(finding: Finding, condition: Expression) {
        self.finding = finding
        self.condition = condition
    }
}

import Core
import Expression
import Store

extension FieldColumn {
    /// A value as the store keeps it: of a score, the points that count now become the sum.
    func stored(_ value: FieldValue, at now: Instant) -> FieldValue {
        guard type == .score, case .number(let points) = value else { return value }
        return .number(scale.threshold(cap.map { min($0, points) } ?? points, at: now))
    }

    /// The value that counts at an instant.
    func shown(_ value: FieldValue, at now: Instant) -> FieldValue {
        guard type == .score, case .number(let sum) = value else { return value }
        return .number(Score(sum: sum, scale: scale).value(at: now))
    }
}

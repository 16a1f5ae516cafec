internal import Core

/// When a message has its turn among those that are ready: higher ones first, equal ones share.
enum Turn: Int, Comparable, CaseIterable, Sendable {
    case low, normal, high
    /// What triggers, actions and proofs start: somebody waits for it.
    case prompt

    init(_ priority: Priority?, isTriggered: Bool) {
        switch priority {
        case .low: self = .low
        case .normal: self = .normal
        case .high: self = .high
        case nil: self = isTriggered ? .prompt : .normal
        }
    }

    static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

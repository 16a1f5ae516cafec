/// How many of a destination's last 500 messages were refused by its policy.
struct PolicyWindow: Hashable, Sendable {
    static let size = 500
    /// Fewer are an accident, whatever their share.
    static let least = 20
    static let share = 0.05

    private var refused: [Bool] = []
    private var next = 0
    private var count = 0

    mutating func count(isRefused: Bool) {
        if refused.count < Self.size {
            refused.append(isRefused)
        } else {
            if refused[next] { count -= 1 }
            refused[next] = isRefused
            next = (next + 1) % Self.size
        }
        if isRefused { count += 1 }
    }

    var isTooMuch: Bool {
        count >= Self.least && Double(count) >= Self.share * Double(refused.count)
    }
}

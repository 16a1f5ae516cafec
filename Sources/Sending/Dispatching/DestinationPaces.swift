internal import Core
internal import Pacing

/// The paces of all destinations that were mailed, and which of them may be limited: few, so that
/// mail to the others is not looked up.
struct DestinationPaces {
    private(set) var all: [String: DestinationPace] = [:]
    /// Those that may have a rate or another limit, rest or warm up. Whoever gives a destination such
    /// a thing enters it here.
    private(set) var limited: Set<String> = []

    var count: Int { all.count }

    subscript(name: String) -> DestinationPace? { all[name] }

    /// Changes the pace of one destination.
    mutating func change<Result>(
        _ name: String, _ body: (inout DestinationPace) -> Result
    ) -> Result {
        if let index = all.index(forKey: name) { return body(&all.values[index]) }
        return body(&all[name, default: DestinationPace()])
    }

    /// Changes the pace of a destination that was mailed; false when it is not remembered.
    @discardableResult
    mutating func changeKnown(
        _ name: String, _ body: (inout DestinationPace) -> Void
    ) -> Bool {
        guard let index = all.index(forKey: name) else { return false }
        body(&all.values[index])
        return true
    }

    /// Changes the pace of one destination that may be limited from now on.
    mutating func limit<Result>(
        _ name: String, _ body: (inout DestinationPace) -> Result
    ) -> Result {
        limited.insert(name)
        return change(name, body)
    }

    /// Forgets those that nothing limits.
    mutating func forgetFree(at now: Uptime) {
        all = all.filter { $0.value.isLimited(at: now) }
    }

    /// Those that are limited now; forgets that the others may be.
    mutating func limitedNow(at now: Uptime) -> [(name: String, pace: DestinationPace)] {
        guard !limited.isEmpty else { return [] }
        var found: [(name: String, pace: DestinationPace)] = []
        for name in limited {
            if let pace = all[name], pace.isLimited(at: now) {
                found.append((name, pace))
            } else {
                limited.remove(name)
            }
        }
        return found
    }

    /// Whether a message may go there now.
    func isFree(_ name: String, at now: Uptime) -> Bool {
        guard !limited.isEmpty, limited.contains(name) else { return true }
        return all[name]?.isFree(at: now) ?? true
    }

    /// Whether its replies keep sessions waiting.
    func answersSlowly(_ name: String, at now: Uptime) -> Bool {
        guard !limited.isEmpty, limited.contains(name) else { return false }
        return all[name]?.answersSlowly(at: now) ?? false
    }

    /// When time alone may let a message go there; nil when it may go now.
    func freeAt(_ name: String, _ now: Uptime) -> Uptime? {
        limited.contains(name) ? all[name]?.freeAt(now) : nil
    }
}

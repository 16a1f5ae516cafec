internal import Core
internal import Pacing

/// Ready messages, a queue a destination, which take turns: a destination that is slow or rests
/// holds up nobody else's mail.
struct DestinationQueues {
    private var queues: [String: Fifo<ReadyMail>] = [:]
    /// Destinations that have mail, in the order of their turns.
    private var turns = Fifo<String>()
    private(set) var count = 0

    func count(of destination: String) -> Int { queues[destination]?.count ?? 0 }

    var destinations: some Collection<String> { queues.keys }

    mutating func append(_ mail: ReadyMail) {
        let destination = mail.destination
        if queues[destination] == nil { turns.append(destination) }
        queues[destination, default: Fifo()].append(mail)
        count += 1
    }

    /// The next message whose destination is free, its destination being last from now on.
    mutating func take(_ paces: [String: DestinationPace], at now: Uptime) -> ReadyMail? {
        for _ in 0..<turns.count {
            guard let destination = turns.popFirst() else { return nil }
            guard paces[destination]?.isFree(at: now) ?? true else {
                turns.append(destination)
                continue
            }
            let mail = queues[destination]?.popFirst()
            if queues[destination]?.isEmpty ?? true {
                queues[destination] = nil
            } else {
                turns.append(destination)
            }
            if let mail {
                count -= 1
                return mail
            }
        }
        return nil
    }

    /// Whether `take` would give something.
    func hasFree(_ paces: [String: DestinationPace], at now: Uptime) -> Bool {
        queues.keys.contains { paces[$0]?.isFree(at: now) ?? true }
    }

    /// When time alone may free a destination that waits; nil when none waits.
    func freeAt(_ paces: [String: DestinationPace], _ now: Uptime) -> Uptime? {
        queues.keys.lazy.compactMap { paces[$0]?.freeAt(now) }.min()
    }

    mutating func remove(where isWanted: (ReadyMail) -> Bool) -> [ReadyMail] {
        var removed: [ReadyMail] = []
        for destination in Array(queues.keys) {
            removed += queues[destination]?.remove(where: isWanted) ?? []
            if queues[destination]?.isEmpty ?? true { queues[destination] = nil }
        }
        if !removed.isEmpty {
            let queues = queues
            _ = turns.remove { queues[$0] == nil }
            count -= removed.count
        }
        return removed
    }
}

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
        if let index = queues.index(forKey: mail.destination) {
            queues.values[index].append(mail)
        } else {
            turns.append(mail.destination)
            queues[mail.destination, default: Fifo()].append(mail)
        }
        count += 1
    }

    /// The only destination that has mail; nil when there are none or several.
    var only: String? { queues.count == 1 ? queues.keys.first : nil }

    /// The next message whose destination is free, its destination being last from now on.
    mutating func take(where isFree: (String) -> Bool) -> ReadyMail? {
        for _ in 0..<turns.count {
            guard let destination = turns.popFirst() else { return nil }
            guard isFree(destination) else {
                turns.append(destination)
                continue
            }
            guard let index = queues.index(forKey: destination) else { continue }
            let mail = queues.values[index].popFirst()
            if queues.values[index].isEmpty {
                queues.remove(at: index)
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
    func hasFree(where isFree: (String) -> Bool) -> Bool { queues.keys.contains(where: isFree) }

    /// When time alone may free a destination that waits; nil when one is free already, or none waits.
    func freeAt(_ paces: DestinationPaces, _ now: Uptime) -> Uptime? {
        guard !paces.limited.isEmpty else { return nil }
        var first: Uptime?
        for name in queues.keys {
            guard let time = paces.freeAt(name, now) else { return nil }
            first = min(first ?? time, time)
        }
        return first
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

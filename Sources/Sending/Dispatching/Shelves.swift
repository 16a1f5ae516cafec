internal import Core
internal import Pacing

/// A destination whose mail is ready, as a session sees it that may take the next message.
struct Candidate {
    let name: String
    /// Its replies keep sessions waiting.
    let isSlow: Bool
    /// No other destination has mail ready.
    let isAlone: Bool
}

/// Ready messages by turn and route, in each by destination.
struct Shelves {
    private struct Shelf {
        let turn: Turn
        let route: Route
        var queues = DestinationQueues()
    }

    /// Highest turn first; shelves of one turn change places when they are served.
    private var shelves: [Shelf] = []
    private(set) var count = 0

    mutating func append(_ mail: ReadyMail) {
        let found = shelves.firstIndex { $0.turn == mail.turn && $0.route == mail.route }
        let index: Int
        if let found {
            index = found
        } else {
            index = shelves.firstIndex { $0.turn < mail.turn } ?? shelves.count
            shelves.insert(Shelf(turn: mail.turn, route: mail.route), at: index)
        }
        shelves[index].queues.append(mail)
        count += 1
    }

    /// The only destination that has mail; nil when there are none or several.
    private var only: String? {
        var only: String?
        for shelf in shelves where shelf.queues.count > 0 {
            guard let name = shelf.queues.only, only == nil || only == name else { return nil }
            only = name
        }
        return only
    }

    /// The next message that a relay may take, whose destination is free, and that a session wants.
    mutating func take(
        _ relay: Int, _ paces: DestinationPaces, at now: Uptime, where isWanted: (Candidate) -> Bool
    ) -> ReadyMail? {
        let only = only
        for index in shelves.indices
        where shelves[index].queues.count > 0 && shelves[index].route.contains(relay) {
            guard
                let mail = shelves[index].queues.take(where: {
                    Self.isFree($0, only, paces, now, isWanted)
                })
            else { continue }
            count -= 1
            passOn(index)
            return mail
        }
        return nil
    }

    /// Puts a shelf behind the others of its turn.
    private mutating func passOn(_ index: Int) {
        let turn = shelves[index].turn
        guard index + 1 < shelves.count, shelves[index + 1].turn == turn else { return }
        let end = shelves[index...].firstIndex { $0.turn != turn } ?? shelves.count
        shelves.insert(shelves.remove(at: index), at: end - 1)
    }

    /// Whether `take` would give something.
    func hasFree(
        _ relay: Int, _ paces: DestinationPaces, at now: Uptime, where isWanted: (Candidate) -> Bool
    ) -> Bool {
        let only = only
        return shelves.contains {
            $0.route.contains(relay)
                && $0.queues.hasFree { Self.isFree($0, only, paces, now, isWanted) }
        }
    }

    private static func isFree(
        _ name: String, _ only: String?, _ paces: DestinationPaces, _ now: Uptime,
        _ isWanted: (Candidate) -> Bool
    ) -> Bool {
        paces.isFree(name, at: now)
            && isWanted(
                Candidate(
                    name: name, isSlow: paces.answersSlowly(name, at: now), isAlone: only == name))
    }

    /// When time alone may free a destination that waits for this relay; nil when one is free already,
    /// or none waits.
    func freeAt(
        _ relay: Int, _ paces: DestinationPaces, _ now: Uptime
    ) -> Uptime? {
        var first: Uptime?
        for shelf in shelves where shelf.queues.count > 0 && shelf.route.contains(relay) {
            guard let time = shelf.queues.freeAt(paces, now) else { return nil }
            first = min(first ?? time, time)
        }
        return first
    }

    /// Messages of a destination, of this turn or a higher one.
    func count(of destination: String, from turn: Turn = .low) -> Int {
        shelves.lazy.filter { $0.turn >= turn }.map { $0.queues.count(of: destination) }
            .reduce(0, +)
    }

    var destinations: Set<String> { Set(shelves.lazy.flatMap(\.queues.destinations)) }

    mutating func remove(where isWanted: (ReadyMail) -> Bool) -> [ReadyMail] {
        var removed: [ReadyMail] = []
        for index in shelves.indices {
            removed += shelves[index].queues.remove(where: isWanted)
        }
        count -= removed.count
        return removed
    }
}

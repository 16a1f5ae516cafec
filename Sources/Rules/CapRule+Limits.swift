import Core

extension CapRule {
    package var isEmpty: Bool { marketing == nil && topics.isEmpty }

    /// The limits that concern a marketing mailing of a topic.
    func limits(topic: String?) -> [(topic: String?, limit: Limit)] {
        var limits: [(topic: String?, limit: Limit)] = []
        if let marketing { limits.append((nil, marketing)) }
        if let topic, let limit = topics[topic] { limits.append((topic, limit)) }
        return limits
    }

    /// How far back sends matter to a marketing mailing of a topic; nil when nothing limits it.
    package func span(topic: String?) -> TimeSpan? {
        let own = topic.flatMap { topics[$0]?.span }
        guard let shared = marketing?.span else { return own }
        return own.map { max($0, shared) } ?? shared
    }

    /// The longest time that a cap may count over.
    package static let longestSpan = TimeSpan.days(366)

    /// A marketing message to the person in question that has left or is about to.
    package struct Send: Hashable, Sendable {
        package var at: Instant
        package var topic: String?
        /// Its reply is not known yet: it may still turn out not to have been sent.
        package var isUnderWay: Bool

        package init(at: Instant, topic: String?, isUnderWay: Bool = false) {
            self.at = at
            self.topic = topic
            self.isUnderWay = isUnderWay
        }
    }

    /// A message of a mailing of higher priority that is due for the same person.
    package struct Rival: Hashable, Sendable {
        package var mailing: String
        package var topic: String?

        package init(mailing: String, topic: String?) {
            self.mailing = mailing
            self.topic = topic
        }
    }

    /// Until when a message has to wait, and why.
    package struct Wait: Hashable, Sendable {
        package var until: Instant
        package var reason: String
    }

    /// After this time a message asks again that waits for the outcome of another.
    package static let outcomeWait = TimeSpan.minutes(1)
    /// After this time a message asks again that let one of higher priority go first.
    package static let rivalWait = TimeSpan.minutes(10)

    /// How long a marketing message of a topic has to wait; nil when it may go now.
    ///
    /// A limit of n in a span lets a message go while fewer than n others have left within the span
    /// that ends now; a message that left exactly a span ago counts no more. What is due of higher
    /// priority takes its share first.
    package func wait(
        topic: String?, sends: [Send], rivals: [Rival], at now: Instant
    ) -> Wait? {
        // So it is with most people, and this is asked for every message; a limit is at least 1.
        if sends.isEmpty, rivals.isEmpty { return nil }
        return limits(topic: topic).compactMap { scope, limit in
            let counted = sends.filter { send in
                send.at > now - limit.span && (scope == nil || send.topic == scope)
            }
            let rivals = rivals.filter { scope == nil || $0.topic == scope }
            return Self.wait(limit, scope, counted, rivals, at: now)
        }.max { $0.until < $1.until }
    }

    private static func wait(
        _ limit: Limit, _ scope: String?, _ sends: [Send], _ rivals: [Rival], at now: Instant
    ) -> Wait? {
        var cap: String {
            let kind = scope.map { "of topic \($0)" } ?? "of marketing"
            return "the cap of \(limit.count) \(kind) per \(limit.span)"
        }
        let settled = sends.filter { !$0.isUnderWay }.map(\.at).sorted()
        if settled.count >= limit.count {
            let free = settled[settled.count - limit.count] + limit.span
            // Not for longer after a clock was set back.
            return Wait(until: min(free, now + limit.span), reason: "\(cap) is reached")
        }
        if sends.count >= limit.count {
            return Wait(
                until: now + outcomeWait, reason: "\(cap): another message is on its way")
        }
        guard sends.count + rivals.count >= limit.count, let first = rivals.first else {
            return nil
        }
        return Wait(until: now + rivalWait, reason: "\(cap): \(first.mailing) goes first")
    }
}

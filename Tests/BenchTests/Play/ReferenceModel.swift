import Core
import Foundation

/// What the loop should do, written anew and plainly: everything is looked at again at every
/// instant at which anything could have changed. Times are milliseconds.
struct ReferenceModel {
    typealias Time = Int64
    static let day: Time = 86_400_000
    static let halfLife = 2.0 * Double(day)
    /// The most the score can be.
    static let scoreCap = 5.0

    struct Person {
        var n = 0.0
        /// Points with their instants.
        var points: [(at: Time, points: Double)] = []
        var d: Time?
        var tagged = false
        var news: Bool
        var zone: String?
        var status = "active"
        /// What each order came to, less what was refunded.
        var orders: [String: (total: Double, isWhole: Bool)] = [:]
        var events: [(kind: String, mailing: String, at: Time, order: String)] = []
        var sent: [(at: Time, mailing: String)] = []
        var members: Set<String> = []
        var places: [String: Place] = [:]
        var actionLast: [String: Time] = [:]
        var used: [String: Int] = [:]
        var last: [String: Time] = [:]
        var previous: [String: Time] = [:]
        var firings: [String: Int] = [:]
        var disarmed: Set<String> = []

        func score(_ t: Time) -> Double {
            points.reduce(0) { $0 + $1.points * exp2(-Double(t - $1.at) / halfLife) }
        }

        var bought: Double { orders.values.reduce(0) { $0 + $1.total } }
        var purchases: Double { Double(orders.values.count { !$0.isWhole }) }

        /// By strength: who complained stays so when she leaves.
        mutating func restrict(to status: String) {
            let ranks = ["active": 0, "unsubscribed": 1, "complained": 2, "bounced": 3]
            if ranks[status]! > ranks[self.status]! { self.status = status }
        }

        func happened(_ kind: String, _ mailing: String, _ from: Time, _ to: Time) -> Bool {
            events.contains {
                $0.kind == kind && $0.mailing == mailing && $0.at >= from && $0.at <= to
            }
        }
    }

    struct Trigger {
        enum Kind {
            case reaches(Double), fallsBelow(Double), scoreReaches(Double), scoreFalls(Double)
            case entered(String), left(String)
            case afterDate(Time), notDone(String, String, Time)
            /// At this many minutes after midnight where she is.
            case anniversary(Int)
            case totalReaches(Double), countReaches(Double)
        }
        var name: String
        var kind: Kind
        var rearm: Double?
        /// Nil: ever; 0: always.
        var once: Time?
        var after: Time = 0
        /// A mailing, or an action by its name.
        var send: String?
        var run: String?
    }

    struct Action {
        var operations: [String]
        /// Nil: every time.
        var once: String?
    }

    struct Sequence {
        enum Step {
            case send(String), wait(Time)
            /// Only to those who are tagged.
            case sendIfTagged(String)
        }
        enum Entry {
            case segment(String), news
        }
        var name: String
        var enter: Entry
        var steps: [Step]
        /// Who has so many points of `n` or more leaves.
        var exit: Double?
        /// Nil: ever; 0: always.
        var once: Time?
    }

    /// Where somebody is in a sequence.
    struct Place {
        var step = 0
        var due: Time
        var entered: Time
        var isInside = true
    }

    struct Mailing {
        var hasTopic: Bool
        var isTransactional = false
        /// Minutes from midnight, and the weekdays (1 is Sunday) on which they begin.
        var hours: (from: Int, to: Int, days: Set<Int>)?
        var rank = 1
    }

    struct Cap {
        var count: Int
        var span: Time
        var onlyNews: Bool
    }

    /// A message that waits.
    private struct Queued {
        var due: Time
        var order: Int
        var person: Int
        var mailing: String
        var firing: (trigger: String, number: Int)?
        /// When its hours last made it wait.
        var putOff: Time?
    }

    struct Send: Hashable {
        var at: Time
        var person: Int
        var mailing: String
    }

    var people: [Person]
    var actions: [String: Action]
    var triggers: [Trigger]
    var mailings: [String: Mailing]
    var sequences: [Sequence] = []
    var caps: [Cap] = []
    var sends: [Send] = []
    var blocked: [Send] = []
    private var queue: [Queued] = []
    private var runs: [(due: Time, person: Int, action: String, matter: String?)] = []
    private var wakes: Set<Time> = []
    private var order = 0
    /// The mailing that what happens now is about.
    private var matter: String?

    init(
        people: [Person], actions: [String: Action], triggers: [Trigger],
        mailings: [String: Mailing], sequences: [Sequence], caps: [Cap], start: Time
    ) {
        self.people = people
        self.actions = actions
        self.triggers = triggers
        self.mailings = mailings
        self.sequences = sequences
        self.caps = caps
        for index in people.indices {
            self.people[index].members = Set(Self.segments.filter { holds($0, index, start) })
            wake(index, start)
        }
    }

    static let segments = [
        "many", "tagged-some", "clicked-a", "silent", "warm", "reader", "fresh", "buyers", "rich",
    ]

    private func holds(_ segment: String, _ index: Int, _ t: Time) -> Bool {
        let p = people[index]
        switch segment {
        case "many": return p.n >= 2
        case "tagged-some": return p.tagged && p.n >= 1
        case "clicked-a": return p.happened("click", "a", t - 3 * Self.day, t)
        case "silent":
            return p.happened("send", "a", .min, t)
                && !p.happened("open", "a", t - 2 * Self.day, t)
        case "warm": return !p.points.isEmpty && p.score(t) >= 1.5
        case "reader": return p.news && p.status == "active"
        case "buyers": return p.happened("buy", "books", t - 3 * Self.day, t)
        case "rich": return p.bought >= 20
        default: return p.d.map { $0 >= t - 2 * Self.day } ?? false
        }
    }

    /// Notes every instant at which time alone may change something about a person.
    private mutating func wake(_ index: Int, _ t: Time) {
        let p = people[index]
        var later: [Time] = []
        for event in p.events where event.at == t {
            later += [t + 3 * Self.day + 1, t + 2 * Self.day + 1]
            for case .notDone(_, _, let span) in triggers.map(\.kind) { later.append(t + span) }
        }
        if let d = p.d {
            later.append(d + 2 * Self.day + 1)
            for case .afterDate(let span) in triggers.map(\.kind) { later.append(d + span) }
            for case .anniversary(let minutes) in triggers.map(\.kind) {
                later += anniversaries(of: d, minutes, p, around: t)
            }
        }
        let score = p.score(t)
        var bounds = [1.5]
        for trigger in triggers {
            if case .scoreReaches(let n) = trigger.kind { bounds.append(n) }
            if case .scoreFalls(let n) = trigger.kind { bounds.append(n) }
        }
        for bound in bounds where score >= bound {
            let about = t + Time(Self.halfLife * log2(score / bound))
            later += Array(about - 5...about + 5)
        }
        wakes.formUnion(later.filter { $0 > t })
    }

    // MARK: Time

    mutating func pass(to end: Time, inclusive: Bool) {
        while true {
            let next = [wakes.min(), queue.map(\.due).min(), runs.map(\.due).min()]
                .compactMap { $0 }.min()
            guard let t = next, inclusive ? t <= end : t < end else { return }
            settle(at: t, deadlines: true)
        }
    }

    /// Does all that time has brought about at `t`.
    mutating func settle(at t: Time, deadlines: Bool) {
        if deadlines { wakes.remove(t) }
        for index in people.indices {
            // By the person as she was when the instant came.
            let due = triggers.filter { isDue($0, index, t, deadlines) }.map(\.name)
            while let place = runs.firstIndex(where: { $0.person == index && $0.due <= t }) {
                let run = runs.remove(at: place)
                matter = run.matter
                perform(run.action, on: index, mailing: matter, at: t)
                matter = nil
            }
            var crossed: [Trigger] = []
            var entered: [String] = []
            cross(people[index], index, t, &crossed, &entered)
            let names = Set(crossed.map(\.name) + due)
            for trigger in triggers where names.contains(trigger.name) { fire(trigger, index, t) }
            for sequence in sequences {
                guard let place = people[index].places[sequence.name], place.isInside,
                    place.due <= t
                else { continue }
                goOn(sequence, index, t)
            }
            enter(index, t, segments: entered, news: false)
        }
        deliver(at: t)
    }

    /// Whether a date has come or a deadline passed at `t`; each instant is seen once.
    private mutating func isDue(
        _ trigger: Trigger, _ index: Int, _ t: Time, _ deadlines: Bool
    ) -> Bool {
        let person = people[index]
        switch trigger.kind {
        case .afterDate(let span):
            guard person.d.map({ $0 + span == t }) ?? false else { return false }
        case .notDone(let kind, let mailing, let span) where deadlines:
            guard person.happened("send", mailing, t - span, t - span),
                !person.happened(kind, mailing, t - span, t)
            else { return false }
        case .anniversary(let minutes):
            guard let d = person.d,
                anniversaries(of: d, minutes, person, around: t).contains(t)
            else { return false }
        default: return false
        }
        let mark = "\(trigger.name)@\(t)"
        return people[index].used.updateValue(1, forKey: mark) == nil
    }

    mutating func deliver(at t: Time) {
        while case let due = queue.filter({ $0.due <= t }), !due.isEmpty {
            for next in due.sorted(by: { goesFirst($0, $1) }) { deliver(next, at: t) }
        }
    }

    private func goesFirst(_ a: Queued, _ b: Queued) -> Bool {
        let (x, y) = (mailings[a.mailing]!.rank, mailings[b.mailing]!.rank)
        return x == y ? (a.due, a.order) < (b.due, b.order) : x > y
    }

    private mutating func deliver(_ next: Queued, at t: Time) {
        queue.removeAll { $0.order == next.order }
        if isBlocked(next.person, next.mailing) || isCapped(next.person, next.mailing, t) {
            blocked.append(Send(at: t, person: next.person, mailing: next.mailing))
            if let firing = next.firing { giveBack(firing.trigger, firing.number, next.person) }
            return
        }
        let mailing = mailings[next.mailing]!
        if !mailing.isTransactional, let hours = mailing.hours,
            let opening = opening(of: hours, after: t, people[next.person])
        {
            var waiting = next
            (waiting.due, waiting.putOff) = (opening, t)
            return queue.append(waiting)
        }
        sends.append(Send(at: t, person: next.person, mailing: next.mailing))
        people[next.person].sent.append((t, next.mailing))
        matter = next.mailing
        defer { matter = nil }
        compare(next.person, at: t) { $0.events.append(("send", next.mailing, t, "")) }
    }

    /// What still waits for its hours when the play is over.
    mutating func finish() {
        for next in queue {
            guard let t = next.putOff else { continue }
            blocked.append(Send(at: t, person: next.person, mailing: next.mailing))
        }
    }

    private func isBlocked(_ index: Int, _ name: String) -> Bool {
        let (person, mailing) = (people[index], mailings[name]!)
        if person.status == "bounced" { return true }
        if mailing.isTransactional { return false }
        return person.status != "active" || mailing.hasTopic && !person.news
    }

    private func isCapped(_ index: Int, _ name: String, _ t: Time) -> Bool {
        let mailing = mailings[name]!
        guard !mailing.isTransactional else { return false }
        return caps.contains { cap in
            guard !cap.onlyNews || mailing.hasTopic else { return false }
            let count = people[index].sent.count { sent in
                let other = mailings[sent.mailing]!
                return sent.at > t - cap.span && !other.isTransactional
                    && (!cap.onlyNews || other.hasTopic)
            }
            return count >= cap.count
        }
    }

    // MARK: Clocks

    private static let utc = TimeZone(identifier: "UTC")!

    private func calendar(_ zone: TimeZone) -> Calendar {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        return calendar
    }

    private func zone(_ person: Person) -> TimeZone {
        person.zone.flatMap { TimeZone(identifier: $0) } ?? Self.utc
    }

    private static func time(_ date: Date) -> Time {
        Time((date.timeIntervalSince1970 * 1000).rounded())
    }

    /// When the hours begin next; nil: they have.
    private func opening(
        of hours: (from: Int, to: Int, days: Set<Int>), after t: Time, _ person: Person
    ) -> Time? {
        let calendar = calendar(zone(person))
        let now = Date(timeIntervalSince1970: Double(t) / 1000)
        let today = calendar.startOfDay(for: now)
        var opening: Time?
        for offset in -1...8 {
            guard let day = calendar.date(byAdding: .day, value: offset, to: today),
                let next = calendar.date(byAdding: .day, value: 1, to: day)
            else { continue }
            guard hours.days.contains(calendar.component(.weekday, from: day)) else { continue }
            let from = at(hours.from, of: day, calendar)
            let to = at(hours.to, of: hours.to > hours.from ? day : next, calendar)
            if from <= t, t < to { return nil }
            if from > t { opening = min(opening ?? from, from) }
        }
        return opening
    }

    private func at(_ minutes: Int, of day: Date, _ calendar: Calendar) -> Time {
        var parts = calendar.dateComponents([.year, .month, .day], from: day)
        (parts.hour, parts.minute) = (minutes / 60, minutes % 60)
        return Self.time(calendar.date(from: parts)!)
    }

    /// Those of the years around an instant, none of them in the year of the date itself.
    private func anniversaries(
        of d: Time, _ minutes: Int, _ person: Person, around t: Time
    ) -> [Time] {
        let date = calendar(Self.utc).dateComponents(
            [.year, .month, .day], from: Date(timeIntervalSince1970: Double(d) / 1000))
        let local = calendar(zone(person))
        let year = local.component(.year, from: Date(timeIntervalSince1970: Double(t) / 1000))
        return (year - 1...year + 1).filter { $0 > date.year! }.map { year in
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let isMoved = date.month == 2 && date.day == 29 && !isLeap
            let parts = DateComponents(
                year: year, month: isMoved ? 3 : date.month, day: isMoved ? 1 : date.day,
                hour: minutes / 60, minute: minutes % 60)
            return Self.time(local.date(from: parts)!)
        }
    }

    // MARK: Events

    mutating func event(
        _ kind: String, _ mailing: String, _ action: String?, _ index: Int, at t: Time
    ) {
        settle(at: t, deadlines: false)
        switch kind {
        case "send":
            order += 1
            queue.append(Queued(due: t, order: order, person: index, mailing: mailing))
        case "unsubscribe":
            matter = mailing
            change(index, kind, mailing, "on-\(kind)", at: t) { [mailings] person in
                if mailings[mailing]!.hasTopic {
                    person.news = false
                } else {
                    person.restrict(to: "unsubscribed")
                }
            }
        case "bounce", "complaint":
            // The mailing `hard` of a bounce says that the address is dead.
            let status: String? =
                kind == "complaint" ? "complained" : mailing == "hard" ? "bounced" : nil
            matter = kind == "complaint" ? mailing : nil
            let about = kind == "bounce" ? "" : mailing
            change(index, kind, about, kind == "bounce" ? "on-bounce" : nil, at: t) { person in
                if let status { person.restrict(to: status) }
            }
        default:
            matter = mailing
            change(index, kind, mailing, action, at: t) { _ in }
        }
        matter = nil
        deliver(at: t)
    }

    /// A sale of an order, or a refund of all or a part of it.
    mutating func sale(
        _ order: String, _ total: Double?, books: Bool, isRefund: Bool, _ index: Int, at t: Time
    ) {
        settle(at: t, deadlines: false)
        compare(index, at: t) { person in
            if !isRefund {
                person.orders[order] = (total ?? 0, false)
                if books { person.events.append(("buy", "books", t, order)) }
            } else if let total {
                person.orders[order]?.total -= total
            } else {
                person.orders[order] = (0, true)
                // What was refunded whole was no purchase.
                if books {
                    person.events.removeAll { $0.kind == "buy" && $0.order == order }
                }
            }
        }
        deliver(at: t)
    }

    private mutating func change(
        _ index: Int, _ kind: String, _ mailing: String, _ action: String?, at t: Time,
        _ first: @escaping (inout Person) -> Void
    ) {
        guard let action, let rule = runnable(action, index, mailing, t) else {
            return compare(index, at: t) {
                first(&$0)
                $0.events.append((kind, mailing, t, ""))
            }
        }
        compare(index, at: t) {
            first(&$0)
            $0.events.append((kind, mailing, t, ""))
            for operation in rule.operations { Self.apply(operation, to: &$0, t) }
        }
    }

    private mutating func perform(_ action: String, on index: Int, mailing: String?, at t: Time) {
        guard let rule = runnable(action, index, mailing, t) else { return }
        compare(index, at: t) {
            for operation in rule.operations { Self.apply(operation, to: &$0, t) }
        }
    }

    private mutating func runnable(
        _ name: String, _ index: Int, _ mailing: String?, _ t: Time
    ) -> Action? {
        guard let action = actions[name] else { return nil }
        switch action.once {
        case nil: return action
        case "per mailing":
            let key = "\(name)/\(mailing ?? "")"
            guard people[index].actionLast.updateValue(t, forKey: key) == nil else { return nil }
        case "per day":
            let key = "\(name)/\(t / Self.day)"
            guard people[index].actionLast.updateValue(t, forKey: key) == nil else { return nil }
        case "per 2d":
            if let last = people[index].actionLast[name], t - last < 2 * Self.day { return nil }
            people[index].actionLast[name] = t
        default:
            guard people[index].actionLast.updateValue(t, forKey: name) == nil else { return nil }
        }
        return action
    }

    private static func apply(_ operation: String, to p: inout Person, _ t: Time) {
        switch operation {
        case "n += 1": p.n += 1
        case "n -= 1": p.n -= 1
        case "n = 0": p.n = 0
        case "n += 3": p.n += 3
        case "s += 2": p.points.append((t, min(2, scoreCap - p.score(t))))
        case "s -= 1": p.points.append((t, -1))
        case "d = now": p.d = t
        case "tag \"x\"": p.tagged = true
        case "untag \"x\"": p.tagged = false
        case "unsubscribe news": p.news = false
        case "subscribe news": p.news = true
        default: fatalError(operation)
        }
    }

    // MARK: Triggers

    /// Makes a change and fires what it crosses, in the order of the rules; then sequences begin.
    private mutating func compare(_ index: Int, at t: Time, _ body: (inout Person) -> Void) {
        let before = people[index]
        body(&people[index])
        var crossed: [Trigger] = []
        var entered: [String] = []
        cross(before, index, t, &crossed, &entered)
        let after = people[index]
        func isReader(_ person: Person) -> Bool { person.news && person.status == "active" }
        for trigger in crossed { fire(trigger, index, t) }
        enter(index, t, segments: entered, news: isReader(after) && !isReader(before))
    }

    /// What differs from `before`: triggers that it crosses, segments that it leads into.
    private mutating func cross(
        _ before: Person, _ index: Int, _ t: Time, _ crossed: inout [Trigger],
        _ entered: inout [String]
    ) {
        let after = people[index]
        let members = Set(Self.segments.filter { holds($0, index, t) })
        people[index].members = members
        entered = Self.segments.filter { members.contains($0) && !before.members.contains($0) }
        wake(index, t)
        for trigger in triggers {
            var values: (Double, Double)?
            var isCrossed = false
            switch trigger.kind {
            case .reaches(let n):
                values = (before.n, after.n)
                isCrossed = before.n < n && after.n >= n
            case .fallsBelow(let n):
                values = (before.n, after.n)
                isCrossed = before.n >= n && after.n < n
            case .totalReaches(let n): isCrossed = before.bought < n && after.bought >= n
            case .countReaches(let n): isCrossed = before.purchases < n && after.purchases >= n
            case .scoreReaches(let n):
                isCrossed = before.score(t) < n && after.score(t) >= n
            case .scoreFalls(let n):
                // Before is the millisecond before where nothing else changed.
                let was =
                    before.points.count == after.points.count
                    ? before.score(t - 1) : before.score(t)
                isCrossed = was >= n && after.score(t) < n
                // Looking twice at one instant sees one crossing.
                if isCrossed, before.points.count == after.points.count {
                    let mark = "\(trigger.name)@\(t)"
                    isCrossed = people[index].used.updateValue(1, forKey: mark) == nil
                }
            case .entered(let name):
                isCrossed = members.contains(name) && !before.members.contains(name)
            case .left(let name):
                isCrossed = !members.contains(name) && before.members.contains(name)
            default: continue
            }
            if let rearm = trigger.rearm, let (was, now) = values {
                func isBack(_ value: Double) -> Bool {
                    if case .reaches = trigger.kind { value <= rearm } else { value >= rearm }
                }
                if isBack(was) { people[index].disarmed.remove(trigger.name) }
                if isCrossed, !people[index].disarmed.contains(trigger.name) {
                    crossed.append(trigger)
                } else if isBack(now) {
                    people[index].disarmed.remove(trigger.name)
                }
            } else if isCrossed {
                crossed.append(trigger)
            }
        }
    }

    private mutating func fire(_ trigger: Trigger, _ index: Int, _ t: Time) {
        let name = trigger.name
        if let once = trigger.once {
            if once > 0, let last = people[index].last[name], t - last < once { return }
        } else if people[index].used[name, default: 0] > 0 {
            return
        }
        if let mailing = trigger.send, trigger.after == 0, isBlocked(index, mailing) {
            return blocked.append(Send(at: t, person: index, mailing: mailing))
        }
        people[index].used[name, default: 0] += 1
        people[index].firings[name, default: 0] += 1
        people[index].previous[name] = people[index].last[name]
        people[index].last[name] = t
        if trigger.rearm != nil { people[index].disarmed.insert(name) }
        if let mailing = trigger.send {
            order += 1
            queue.append(
                Queued(
                    due: t + trigger.after, order: order, person: index, mailing: mailing,
                    firing: (name, people[index].firings[name]!)))
        }
        guard let action = trigger.run else { return }
        if trigger.after > 0 {
            runs.append((t + trigger.after, index, action, matter))
            wakes.insert(t + trigger.after)
        } else {
            perform(action, on: index, mailing: matter, at: t)
        }
    }

    /// A firing whose message was not sent after all.
    private mutating func giveBack(_ trigger: String, _ firing: Int, _ index: Int) {
        guard people[index].used[trigger, default: 0] > 0 else { return }
        people[index].used[trigger]! -= 1
        guard people[index].firings[trigger] == firing else { return }
        people[index].last[trigger] = people[index].previous[trigger]
        people[index].disarmed.remove(trigger)
    }

    // MARK: Sequences

    private mutating func enter(_ index: Int, _ t: Time, segments: [String], news: Bool) {
        for sequence in sequences {
            switch sequence.enter {
            case .segment(let name): guard segments.contains(name) else { continue }
            case .news: guard news else { continue }
            }
            if let last = people[index].places[sequence.name] {
                guard !last.isInside, let once = sequence.once, t - last.entered >= once else {
                    continue
                }
            }
            people[index].places[sequence.name] = Place(due: t, entered: t)
            goOn(sequence, index, t)
        }
    }

    private mutating func goOn(_ sequence: Sequence, _ index: Int, _ t: Time) {
        let name = sequence.name
        while people[index].places[name]!.step < sequence.steps.count {
            if let exit = sequence.exit, people[index].n >= exit { break }
            let step = sequence.steps[people[index].places[name]!.step]
            people[index].places[name]!.step += 1
            switch step {
            case .wait(let span):
                people[index].places[name]!.due = t + span
                wakes.insert(t + span)
                return
            case .sendIfTagged(let mailing):
                if people[index].tagged { send(mailing, index, t) }
            case .send(let mailing): send(mailing, index, t)
            }
        }
        people[index].places[name]!.isInside = false
    }

    private mutating func send(_ mailing: String, _ index: Int, _ t: Time) {
        guard !isBlocked(index, mailing) else {
            return blocked.append(Send(at: t, person: index, mailing: mailing))
        }
        order += 1
        queue.append(Queued(due: t, order: order, person: index, mailing: mailing))
    }
}

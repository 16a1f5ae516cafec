import Core
import Glibc

/// What the loop should do, written anew and plainly: everything is looked at again at every
/// instant at which anything could have changed. Times are milliseconds.
struct ReferenceModel {
    typealias Time = Int64
    static let day: Time = 86_400_000
    static let halfLife = 2.0 * Double(day)

    struct Person {
        var n = 0.0
        /// Points with their instants.
        var points: [(at: Time, points: Double)] = []
        var d: Time?
        var tagged = false
        var news: Bool
        var status = "active"
        var events: [(kind: String, mailing: String, at: Time)] = []
        var members: Set<String> = []
        var actionLast: [String: Time] = [:]
        var used: [String: Int] = [:]
        var last: [String: Time] = [:]
        var disarmed: Set<String> = []

        func score(_ t: Time) -> Double {
            points.reduce(0) { $0 + $1.points * exp2(-Double(t - $1.at) / halfLife) }
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

    struct Send: Hashable {
        var at: Time
        var person: Int
        var mailing: String
    }

    var people: [Person]
    var actions: [String: Action]
    var triggers: [Trigger]
    /// By mailing: nil topic, or news.
    var topics: [String: Bool]
    var sends: [Send] = []
    var blocked: [Send] = []
    private var queue: [(due: Time, order: Int, person: Int, mailing: String, trigger: String?)] =
        []
    private var runs: [(due: Time, person: Int, action: String, matter: String?)] = []
    private var wakes: Set<Time> = []
    private var order = 0
    /// The mailing that what happens now is about.
    private var matter: String?

    init(
        people: [Person], actions: [String: Action], triggers: [Trigger], topics: [String: Bool],
        start: Time
    ) {
        self.people = people
        self.actions = actions
        self.triggers = triggers
        self.topics = topics
        for index in people.indices {
            self.people[index].members = Set(Self.segments.filter { holds($0, index, start) })
            wake(index, start)
        }
    }

    static let segments = ["many", "tagged-some", "clicked-a", "silent", "warm", "reader", "fresh"]

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
            while let place = runs.firstIndex(where: { $0.person == index && $0.due <= t }) {
                let run = runs.remove(at: place)
                matter = run.matter
                perform(run.action, on: index, mailing: matter, at: t)
                matter = nil
            }
            compare(index, at: t) { _ in }
            for trigger in triggers.filter({ isDue($0, index, t, deadlines) }) {
                fire(trigger, index, t)
            }
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
        default: return false
        }
        let mark = "\(trigger.name)@\(t)"
        return people[index].used.updateValue(1, forKey: mark) == nil
    }

    mutating func deliver(at t: Time) {
        while let next = queue.filter({ $0.due <= t }).min(by: {
            ($0.due, $0.order) < ($1.due, $1.order)
        }) {
            queue.removeAll { $0.order == next.order }
            if isBlocked(next.person, next.mailing) {
                blocked.append(Send(at: t, person: next.person, mailing: next.mailing))
                continue
            }
            sends.append(Send(at: t, person: next.person, mailing: next.mailing))
            matter = next.mailing
            defer { matter = nil }
            compare(next.person, at: t) { $0.events.append(("send", next.mailing, t)) }
        }
    }

    private func isBlocked(_ index: Int, _ mailing: String) -> Bool {
        people[index].status != "active" || topics[mailing] == true && !people[index].news
    }

    // MARK: Events

    mutating func event(
        _ kind: String, _ mailing: String, _ action: String?, _ index: Int, at t: Time
    ) {
        settle(at: t, deadlines: false)
        switch kind {
        case "send":
            order += 1
            queue.append((t, order, index, mailing, nil))
        case "unsubscribe":
            matter = mailing
            change(index, kind, mailing, "on-\(kind)", at: t) { [topics] person in
                if topics[mailing] == true {
                    person.news = false
                } else {
                    person.status = "unsubscribed"
                }
            }
        default:
            matter = mailing
            change(index, kind, mailing, action, at: t) { _ in }
        }
        matter = nil
        deliver(at: t)
    }

    private mutating func change(
        _ index: Int, _ kind: String, _ mailing: String, _ action: String?, at t: Time,
        _ first: @escaping (inout Person) -> Void
    ) {
        guard let action, let rule = runnable(action, index, mailing, t) else {
            return compare(index, at: t) {
                first(&$0)
                $0.events.append((kind, mailing, t))
            }
        }
        compare(index, at: t) {
            first(&$0)
            $0.events.append((kind, mailing, t))
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
        case "s += 2": p.points.append((t, 2))
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

    /// Makes a change and fires what it crosses, in the order of the rules.
    private mutating func compare(_ index: Int, at t: Time, _ body: (inout Person) -> Void) {
        let before = people[index]
        body(&people[index])
        let after = people[index]
        let members = Set(Self.segments.filter { holds($0, index, t) })
        people[index].members = members
        wake(index, t)
        var crossed: [Trigger] = []
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
        for trigger in crossed { fire(trigger, index, t) }
    }

    private mutating func fire(_ trigger: Trigger, _ index: Int, _ t: Time) {
        if let once = trigger.once {
            if once > 0, let last = people[index].last[trigger.name], t - last < once { return }
        } else if people[index].used[trigger.name, default: 0] > 0 {
            return
        }
        if let mailing = trigger.send {
            if trigger.after == 0, isBlocked(index, mailing) {
                return blocked.append(Send(at: t, person: index, mailing: mailing))
            }
            order += 1
            queue.append((t + trigger.after, order, index, mailing, trigger.name))
        }
        people[index].used[trigger.name, default: 0] += 1
        people[index].last[trigger.name] = t
        if trigger.rearm != nil { people[index].disarmed.insert(trigger.name) }
        guard let action = trigger.run else { return }
        if trigger.after > 0 {
            runs.append((t + trigger.after, index, action, matter))
            wakes.insert(t + trigger.after)
        } else {
            perform(action, on: index, mailing: matter, at: t)
        }
    }
}

internal import Core
internal import JSON
internal import Journal
internal import Loop

/// Requests read from a trace, judged in order.
struct Trace {
    private struct Line {
        var id: JSON
        var seen: Observation
        /// By the clock that all deliveries share; nil when the line does not tell.
        var at: Instant?
    }

    private let delay: TimeSpan
    private var lines: [Line] = []
    private var numbers: [String: Int64] = [:]

    init(delay: TimeSpan) { self.delay = delay }

    /// Takes a line; throws when it is not a request.
    mutating func add(_ line: JSON) throws(Options.Invalid) {
        func wrong(_ what: String) -> Options.Invalid { Options.Invalid(description: what) }
        guard let id = line["id"] else { throw wrong("there is no id") }
        guard let delivery = line["delivery"].flatMap(Self.text) else {
            throw wrong("there is no delivery")
        }
        guard let link = line["link"]?.integer, (0...65_535).contains(link) else {
            throw wrong("link is a number from 0 to 65535")
        }
        guard let age = line["seconds_since_send"]?.number, age.isFinite else {
            throw wrong("seconds_since_send is a number")
        }
        var at: Instant?
        if let text = line["at"]?.string {
            guard let instant = Instant(text, zoneRequired: true) else {
                throw wrong("at is a time of RFC 3339")
            }
            at = instant
        }
        let number = numbers[delivery] ?? Int64(numbers.count + 1)
        numbers[delivery] = number
        let bounded = min(max(age, -1e9), 1e9)
        let span = TimeSpan(milliseconds: Int64((bounded * 1000).rounded()))
        lines.append(
            Line(
                id: id,
                seen: observation(line, delivery: number, link: Int(link), age: span), at: at))
    }

    private func observation(
        _ line: JSON, delivery: Int64, link: Int, age: TimeSpan
    ) -> Observation {
        var agent = ""
        var headers: [Hit.Header] = []
        for (name, value) in line["headers"]?.object?.members ?? [] {
            guard let value = Self.text(value) else { continue }
            if name.lowercased() == "user-agent" {
                agent = value
            } else if Hit.Header.isTelling(name.lowercased()) {
                headers.append(Hit.Header(name: name, value: value))
            }
        }
        // A delivery's own clock is what its requests are compared by.
        return Observation(
            delivery: delivery,
            target: link == 0 ? .open : link == TrapLink.number ? .trap : .link(link),
            isHead: line["method"]?.string?.uppercased() == "HEAD", at: .epoch + age, age: age,
            address: line["address"]?.string ?? "", domain: line["domain"]?.string ?? "",
            traits: RequestTraits(userAgent: agent, headers: headers, agents: .standard),
            agents: .standard)
    }

    private static func text(_ value: JSON) -> String? {
        switch value {
        case .string(let text): text
        case .integer(let number): String(number)
        case .array(let items): items.compactMap(\.string).joined(separator: ", ")
        default: nil
        }
    }

    /// Tells the verdicts in the order of the lines.
    func judge(_ tell: (JSON, Judgement) -> Void) {
        var judge = Judge()
        var isObserved = [Bool](repeating: false, count: lines.count)
        var ahead = 0
        let later = laterOnes()
        for (index, line) in lines.enumerated() {
            func observe(_ other: Int) {
                guard !isObserved[other] else { return }
                isObserved[other] = true
                judge.observe(lines[other].seen)
            }
            if let at = line.at {
                while ahead < lines.count,
                    ahead <= index || (lines[ahead].at.map { $0 <= at + delay } ?? false)
                {
                    observe(ahead)
                    ahead += 1
                }
            }
            observe(index)
            for other in later[index] { observe(other) }
            let judgement = judge.judge(line.seen)
            judge.learn(judgement, of: line.seen)
            tell(line.id, judgement)
        }
    }

    /// For each line those of the same delivery that come within the delay after it.
    private func laterOnes() -> [[Int]] {
        var later = [[Int]](repeating: [], count: lines.count)
        var recent: [Int64: [Int]] = [:]
        for (index, line) in lines.enumerated() {
            var near = recent[line.seen.delivery, default: []]
            near.removeAll { line.seen.at - lines[$0].seen.at > delay }
            // A hostile trace has everything at once: what is beyond shows nothing new.
            for earlier in near.suffix(256) { later[earlier].append(index) }
            near.append(index)
            recent[line.seen.delivery] = Array(near.suffix(512))
        }
        return later
    }
}

import Core
import Journal

@testable import Loop

/// How a judge did on a trace, in the figures of the contract.
struct TraceScore: Sendable, CustomStringConvertible {
    var scannerHits = 0
    var keptOut = 0
    var clicks = 0
    var withheld = 0
    var scannedDeliveries = 0
    var withWrongFact = 0

    var keptOutShare: Double { Double(keptOut) / Double(max(scannerHits, 1)) }
    var withheldShare: Double { Double(withheld) / Double(max(clicks, 1)) }
    var wrongShare: Double { Double(withWrongFact) / Double(max(scannedDeliveries, 1)) }

    var description: String {
        func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }
        return "kept out \(percent(keptOutShare)) of \(scannerHits), "
            + "withheld \(percent(withheldShare)) of \(clicks), "
            + "wrong \(percent(wrongShare)) of \(scannedDeliveries)"
    }

    /// Judges as the daemon does: each request a delay after it came, knowing all before that.
    init(_ requests: [TraceWorld.Request], delay: Double = 10) {
        var judge = Judge()
        let seen = requests.map(\.observation)
        var observed = 0
        var wrong: [Int64: Set<Int>] = [:]
        var right: [Int64: Set<Int>] = [:]
        var scanned: Set<Int64> = []
        for (index, request) in requests.enumerated() {
            while observed < requests.count, requests[observed].at <= request.at + delay {
                judge.observe(seen[observed])
                observed += 1
            }
            let judgement = judge.judge(seen[index])
            judge.learn(judgement, of: seen[index])
            let isClick = request.link > 0 && request.link < 65535
            if request.isMachine {
                scannerHits += 1
                if judgement.verdict != .human { keptOut += 1 }
                if request.link > 0 { scanned.insert(request.delivery) }
                if isClick, judgement.verdict == .human {
                    wrong[request.delivery, default: []].insert(request.link)
                }
            } else if isClick {
                clicks += 1
                if judgement.verdict != .human { withheld += 1 }
                right[request.delivery, default: []].insert(request.link)
            }
        }
        scannedDeliveries = scanned.count
        withWrongFact = wrong.count { !$0.value.subtracting(right[$0.key] ?? []).isEmpty }
    }
}

extension TraceWorld.Request {
    var observation: Observation {
        let agents = AgentList.standard
        let agent = headers.first { $0.0 == "User-Agent" }?.1 ?? ""
        return Observation(
            delivery: delivery,
            target: link == 0 ? .open : link == 65535 ? .trap : .link(link), isHead: isHead,
            at: Instant(seconds: at), age: TimeSpan(milliseconds: Int64(age * 1000)),
            address: address, domain: domain,
            traits: RequestTraits(
                userAgent: agent, headers: headers.map { Hit.Header(name: $0.0, value: $0.1) },
                agents: agents),
            agents: agents)
    }
}

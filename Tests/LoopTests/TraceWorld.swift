import Core
import Journal

@testable import Loop

/// Made-up requests about made-up deliveries, of which is known who made them.
///
/// After the published timing (design §8): a pixel a median 9 s after sending, all links in one
/// sub-second burst a median 43 s after it, a third of the bursts after a minute; made harder:
/// 30 % of scanners fetch one link only, with a browser's user agent; people's first click is
/// log-normal with a median of 3 h, 15 % within two minutes, 10 % open several tabs within 3 s;
/// gateways that fetch a link 0.2 to 2.5 s before the person.
struct TraceWorld: Sendable, CustomStringConvertible {
    enum Addresses: Sendable { case pool, perDomain, network, random, none }
    enum People: Sendable { case ownAddress, companyAddress, fewAddresses }
    enum Fields: Sendable { case telling, alike, agentOnly }

    var name: String
    var deliveries = 1500
    var links = 12
    var addresses = Addresses.pool
    var people = People.ownAddress
    var fields = Fields.telling
    /// Of the companies' domains.
    var scannedDomains = 0.5
    /// Of all deliveries, whatever the domain.
    var scannedAnywhere = 0.0
    /// Of scanned deliveries; per domain, a domain's scanner is of one kind.
    var singles = 0.3
    var singlesByDomain = false
    var clickTime = 0.2
    var clicks = 0.25
    /// A scan takes so much of a second, at most.
    var burstSeconds = 0.95
    /// People who click a link a second time at once.
    var doubleClicks = 0.0
    /// Over which the mail goes out.
    var sendingSeconds = 1800.0

    var description: String { name }

    struct Request: Sendable {
        var delivery: Int64
        var domain: String
        /// 0 the pixel, 65535 the trap.
        var link: Int
        var isHead = false
        var headers: [(String, String)]
        var address: String
        var at: Double
        var age: Double
        var isMachine: Bool
    }

    /// All requests in order of arrival.
    func requests(seed: UInt64) -> [Request] {
        var making = Making(world: self, dice: SplitMix64(seed: seed))
        return making.all()
    }
}

/// What is drawn for a trace.
extension SplitMix64 {
    mutating func unit() -> Double { Double(next() >> 11) / Double(1 << 53) }
    mutating func below(_ n: Int) -> Int { Int(next() % UInt64(n)) }
    mutating func isLucky(_ share: Double) -> Bool { unit() < share }
    mutating func between(_ low: Double, _ high: Double) -> Double { low + unit() * (high - low) }

    /// About standard normal: twelve throws.
    mutating func normal() -> Double {
        var sum = -6.0
        for _ in 0..<12 { sum += unit() }
        return sum
    }

    /// Log-normal by its median and the spread of its binary logarithm.
    mutating func logNormal(median: Double, doublings: Double) -> Double {
        let exponent = normal() * doublings
        var value = median
        let whole = exponent.rounded(.down)
        value *= Double(sign: .plus, exponent: Int(whole), significand: 1)
        return value * (1 + (exponent - whole))
    }
}

private struct Making {
    let world: TraceWorld
    var dice: SplitMix64
    var made: [TraceWorld.Request] = []

    static let agents = [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/128.0 Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.5 Safari",
        "Mozilla/5.0 (X11; Linux x86_64; rv:129.0) Gecko/20100101 Firefox/129.0",
        "Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 Chrome/127.0 Mobile Safari",
    ]

    mutating func all() -> [TraceWorld.Request] {
        for delivery in 1...Int64(world.deliveries) { make(delivery) }
        return made.sorted { ($0.at, $0.delivery) < ($1.at, $1.delivery) }
    }

    mutating func make(_ delivery: Int64) {
        let isPrivate = dice.isLucky(0.6)
        let number = isPrivate ? dice.below(5) : dice.below(60)
        let domain = isPrivate ? "mail\(number).example" : "company\(number).example"
        let hasScanner = !isPrivate && Double(number) < 60 * world.scannedDomains
        let sent = dice.unit() * world.sendingSeconds
        let hasClickTime = !isPrivate && Double(number * 7 % 60) < 60 * world.clickTime
        if hasScanner || dice.isLucky(world.scannedAnywhere) {
            let isSingle =
                world.singlesByDomain
                ? Double(number * 13 % 60) < 60 * world.singles : dice.isLucky(world.singles)
            scan(delivery, domain, number, sent, isSingle: isSingle)
        }
        if isPrivate, number == 0, dice.isLucky(0.5) {
            add(
                delivery, domain, 0,
                [("User-Agent", "Mozilla/5.0 (via ggpht.com GoogleImageProxy)")],
                "66.249.84.\(dice.below(200))", sent, dice.between(5, 90_000), machine: true)
        }
        if dice.isLucky(world.clicks) {
            read(delivery, domain, number, sent, isPrivate, hasClickTime)
        }
    }

    // MARK: Scanners

    mutating func scan(
        _ delivery: Int64, _ domain: String, _ number: Int, _ sent: Double, isSingle: Bool
    ) {
        let address = scannerAddress(number)
        var age = dice.logNormal(median: 43, doublings: 1.1)
        if dice.isLucky(0.6) {
            let pixel = min(dice.logNormal(median: 9, doublings: 1), age)
            add(delivery, domain, 0, scannerFields(isSingle), address, sent, pixel, machine: true)
        }
        if isSingle {
            let link = 1 + dice.below(world.links)
            add(delivery, domain, link, scannerFields(true), address, sent, age, machine: true)
            return
        }
        let step = dice.between(0.3, world.burstSeconds) / Double(world.links)
        let isHead = dice.isLucky(0.2)
        let findsTrap = dice.isLucky(0.4)
        for link in 1...world.links {
            add(
                delivery, domain, link, scannerFields(false), address, sent, age, machine: true,
                head: isHead)
            age += step
        }
        if findsTrap {
            add(delivery, domain, 65535, scannerFields(false), address, sent, age, machine: true)
        }
    }

    mutating func scannerAddress(_ domain: Int) -> String {
        let vendor = domain % 4
        switch world.addresses {
        case .pool: return "40.9\(vendor).7.\(dice.below(12) + 1)"
        case .perDomain: return "52.\(domain).3.\(dice.below(2) + 1)"
        case .network: return "104.4\(vendor).\(dice.below(3)).\(dice.below(254) + 1)"
        case .none: return ""
        case .random:
            return
                "\(dice.below(200) + 11).\(dice.below(256)).\(dice.below(256)).\(dice.below(254))"
        }
    }

    mutating func scannerFields(_ looksHuman: Bool) -> [(String, String)] {
        let agent = Self.agents[dice.below(2)]
        switch world.fields {
        case .agentOnly: return [("User-Agent", agent)]
        case .telling: return [("User-Agent", agent), ("Accept", "*/*")]
        case .alike: return personFields(agent)
        }
    }

    // MARK: People

    mutating func read(
        _ delivery: Int64, _ domain: String, _ number: Int, _ sent: Double, _ isPrivate: Bool,
        _ hasClickTime: Bool
    ) {
        let agent = Self.agents[dice.below(Self.agents.count)]
        let fields =
            world.fields == .agentOnly ? [("User-Agent", agent)] : personFields(agent)
        let address = personAddress(number, isPrivate)
        let age =
            dice.isLucky(0.15)
            ? dice.between(8, 120) : max(20, dice.logNormal(median: 10_800, doublings: 2))
        if dice.isLucky(0.7) {
            let pixel = max(2, age - dice.between(2, 40))
            add(delivery, domain, 0, fields, address, sent, pixel, machine: false)
        }
        var links = [1 + dice.below(world.links)]
        var ages = [age]
        if dice.isLucky(0.1) {
            for _ in 0...dice.below(3) {
                links.append(1 + dice.below(world.links))
                ages.append(age + dice.between(0.3, 3))
            }
        } else if dice.isLucky(0.3) {
            links.append(1 + dice.below(world.links))
            ages.append(age + dice.between(5, 300))
        }
        for (link, age) in zip(links, ages) {
            if hasClickTime {
                add(
                    delivery, domain, link, scannerFields(true), scannerAddress(number + 1), sent,
                    age - dice.between(0.2, 2.5), machine: true)
            }
            add(delivery, domain, link, fields, address, sent, age, machine: false)
            if dice.isLucky(world.doubleClicks) {
                add(delivery, domain, link, fields, address, sent, age + 0.4, machine: false)
            }
        }
    }

    mutating func personAddress(_ domain: Int, _ isPrivate: Bool) -> String {
        if world.addresses == .none { return "" }
        switch world.people {
        case .companyAddress where !isPrivate: return "193.10.\(domain).7"
        case .fewAddresses: return "203.0.113.\(dice.below(254) + 1)"
        default:
            return
                "\(dice.below(100) + 80).\(dice.below(256)).\(dice.below(256)).\(dice.below(254))"
        }
    }

    func personFields(_ agent: String) -> [(String, String)] {
        [
            ("User-Agent", agent), ("Accept", "text/html,application/xhtml+xml"),
            ("Accept-Language", "de,en;q=0.7"), ("Sec-Fetch-Mode", "navigate"),
        ]
    }

    mutating func add(
        _ delivery: Int64, _ domain: String, _ link: Int, _ headers: [(String, String)],
        _ address: String, _ sent: Double, _ age: Double, machine: Bool, head: Bool = false
    ) {
        made.append(
            TraceWorld.Request(
                delivery: delivery, domain: domain, link: link, isHead: head, headers: headers,
                address: address, at: sent + age, age: age, isMachine: machine))
    }
}

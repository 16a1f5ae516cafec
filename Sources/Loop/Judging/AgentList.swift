import Core

/// Who is known by a User-Agent or an address: the rules of `agents.rules`.
package struct AgentList: Sendable {
    /// Why a file of rules is not taken.
    package struct Wrong: Error, Hashable, CustomStringConvertible {
        package var line: Int
        package var message: String
        package var description: String { "line \(line): \(message)" }
    }

    /// What is known of a requester.
    package enum Standing: Hashable, Sendable { case scanner, proxy, people }

    private var agents: [(text: [UInt8], standing: Standing)] = []
    private var networks: [(network: IPNetwork, standing: Standing)] = []

    /// Rules that a file may hold.
    private static let limit = 10_000

    package init() {}

    /// Reads rules: `KIND TEXT` a line, `#` before a comment.
    package init(_ text: some Sequence<UInt8>) throws(Wrong) {
        var number = 0
        for line in Array(text).split(separator: 0x0A, omittingEmptySubsequences: false) {
            number += 1
            let words = line.split(maxSplits: 1, whereSeparator: { $0 == 0x20 || $0 == 0x09 })
            guard let first = words.first, first.first != UInt8(ascii: "#") else { continue }
            let kind = String(decoding: first, as: UTF8.self)
            var rest = words.count > 1 ? words[1] : []
            while let last = rest.last, [0x20, 0x09, 0x0D].contains(last) { rest.removeLast() }
            guard rest.count >= 3, rest.count <= 200 else {
                throw Wrong(
                    line: number, message: "a rule is KIND TEXT, the text of 3 to 200 octets")
            }
            guard agents.count + networks.count < Self.limit else {
                throw Wrong(line: number, message: "there are more than \(Self.limit) rules")
            }
            switch kind {
            case "scanner": agents.append((rest.map(Self.lowered), .scanner))
            case "proxy": agents.append((rest.map(Self.lowered), .proxy))
            case "network", "people":
                guard let network = IPNetwork(String(decoding: rest, as: UTF8.self)) else {
                    throw Wrong(line: number, message: "\(kind) takes ADDRESS/BITS")
                }
                networks.append((network, kind == "people" ? .people : .scanner))
            default:
                throw Wrong(
                    line: number,
                    message: "\(kind) is no kind of rule: scanner, proxy, network, people")
            }
        }
    }

    /// These rules, then those of another list.
    package func before(_ other: AgentList) -> AgentList {
        var both = self
        both.agents += other.agents
        both.networks += other.networks
        return both
    }

    /// The rules that come with maild.
    package static let standard: AgentList = {
        // The file is ours and a test reads it: that it cannot be read is a fault of the build.
        (try? AgentList(PackageResources.agents_rules)) ?? AgentList()
    }()

    func standing(ofAgent agent: String) -> Standing? {
        let agent = agent.utf8.map(Self.lowered)
        return agents.first { Self.contains(agent, $0.text) }?.standing
    }

    func standing(of address: IPAddress) -> Standing? {
        networks.first { $0.network.contains(address) }?.standing
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    }

    private static func contains(_ text: [UInt8], _ part: [UInt8]) -> Bool {
        guard text.count >= part.count, let first = part.first else { return false }
        for start in 0...(text.count - part.count) where text[start] == first {
            if text[start..<(start + part.count)].elementsEqual(part) { return true }
        }
        return false
    }
}

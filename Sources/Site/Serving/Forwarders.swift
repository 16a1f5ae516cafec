internal import Core
internal import HTTP

/// The proxies in front, whose word on who the client is is taken.
struct Forwarders: Sendable {
    let networks: [IPNetwork]

    /// Entries of a chain that are looked at.
    private static let limit = 16

    func trusts(_ address: String) -> Bool {
        guard let address = IPAddress(address) else { return false }
        return networks.contains { $0.contains(address) }
    }

    /// The address a request comes from: the last of the chain that is no proxy of ours, since what
    /// stands before it is the client's own word (RFC 7239 §8.1).
    func client(of request: HTTPRequest, peer: String) -> String {
        guard !networks.isEmpty, trusts(peer) else { return peer }
        let chain = Self.chain(request.headers)
        for entry in chain.suffix(Self.limit).reversed() {
            // A name, `unknown`, or rubbish: nobody behind it can be known.
            guard IPAddress(entry) != nil else { return peer }
            if !trusts(entry) { return entry }
        }
        return chain.first.flatMap { IPAddress($0) == nil ? nil : $0 } ?? peer
    }

    /// The addresses a request has passed, by `Forwarded` (RFC 7239) or else `X-Forwarded-For`.
    private static func chain(_ headers: HeaderFields) -> [String] {
        let forwarded = headers.list("forwarded")
        guard forwarded.isEmpty else { return forwarded.map(forwardedFor) }
        return headers.list("x-forwarded-for").map { bare(String($0)) }
    }

    /// The `for` of one element, quoted or not.
    private static func forwardedFor(_ element: Substring) -> String {
        for pair in element.split(separator: ";") {
            let halves = pair.split(separator: "=", maxSplits: 1)
            guard halves.count == 2, trimmed(halves[0]).lowercased() == "for" else { continue }
            var value = trimmed(halves[1])
            if value.first == "\"", value.last == "\"", value.utf8.count >= 2 {
                value = value.dropFirst().dropLast()
            }
            return bare(String(value))
        }
        return ""
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }

    /// Without brackets and port.
    private static func bare(_ text: String) -> String {
        if text.first == "[" { return String(text.dropFirst().prefix { $0 != "]" }) }
        let colons = text.utf8.count { $0 == UInt8(ascii: ":") }
        return colons == 1 ? String(text.prefix { $0 != ":" }) : text
    }
}

/// Where a change of consent came from, as the consent ledger keeps it.
package struct ConsentSource: Hashable, Sendable {
    /// In words: `page`, `one-click`, `mailto`, `form NAME`, `import SOURCE`, `operator`,
    /// `complaint`, `action`, `retention`, `api CALLER`.
    package var way: String
    /// The network a request came from, never the whole address: see `network(of:)`.
    package var network: String?
    /// The hash of the text the person saw when she chose.
    package var wording: String?

    package init(way: String, network: String? = nil, wording: String? = nil) {
        self.way = way
        self.network = network
        self.wording = wording
    }

    /// By hand, through the control socket.
    package static let `operator` = ConsentSource(way: "operator")
    /// By an operation of loop.conf.
    package static let action = ConsentSource(way: "action")
    /// A mailbox provider reported that the person called a mail spam.
    package static let complaint = ConsentSource(way: "complaint")

    /// What was kept long enough.
    static let retention = ConsentSource(way: "retention")

    package static func imported(_ source: String) -> ConsentSource {
        ConsentSource(way: "import \(source)")
    }

    /// The first 24 bits of an IPv4 address, the first 48 of an IPv6 address, as a prefix: enough
    /// to say from where somebody consented, too little to be a datum about her. Nil for
    /// anything else.
    package static func network(of address: String) -> String? {
        if address.contains(".") {
            let last = address.split(separator: ":").last ?? ""
            let parts = last.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 4, parts.allSatisfy({ UInt8($0) != nil }) else { return nil }
            return parts.prefix(3).joined(separator: ".") + ".0/24"
        }
        guard address.contains(":"), !address.hasPrefix(":") else { return nil }
        var groups: [String] = []
        for part in address.split(separator: ":", omittingEmptySubsequences: false).prefix(3) {
            // An empty group: zeros from here on, of which the prefix needs no more.
            guard !part.isEmpty else { break }
            guard let value = UInt16(part, radix: 16) else { return nil }
            groups.append(String(value, radix: 16))
        }
        while groups.count < 3 { groups.append("0") }
        while groups.last == "0" { groups.removeLast() }
        return groups.joined(separator: ":") + "::/48"
    }
}

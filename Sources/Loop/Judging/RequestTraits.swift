import Journal

/// What one request says of who made it, whatever it asked for.
package struct RequestTraits: Hashable, Sendable {
    /// Nil: the agent is known to nobody, or claims to be a browser.
    package var standing: AgentList.Standing?
    package var hasAgent: Bool
    package var isPrefetch = false
    /// It says which languages its person reads, as every browser does.
    package var saysLanguage = false
    /// It says what the request is for (Sec-Fetch-*), as browsers do over TLS.
    package var saysFetch = false
    /// It asks for a page, as a browser does that follows a link.
    package var acceptsPages = false
    /// The same for requests of the same program with the same set of fields.
    package var signature: Fingerprint

    /// - Parameter headers: names in any case.
    package init(userAgent: String, headers: [Hit.Header], agents: AgentList) {
        standing = agents.standing(ofAgent: userAgent)
        hasAgent = !userAgent.isEmpty
        var names: [String] = []
        for header in headers {
            let name = header.name.lowercased()
            names.append(name)
            switch name {
            case "purpose", "x-purpose", "sec-purpose", "x-moz":
                let value = header.value.lowercased()
                if value.hasPrefix("prefetch") || value.hasPrefix("preview") { isPrefetch = true }
            case "accept-language": saysLanguage = !header.value.isEmpty
            case "sec-fetch-mode", "sec-fetch-site", "sec-fetch-dest": saysFetch = true
            case "accept": acceptsPages = header.value.contains("text/html")
            case "x-scanner": standing = .scanner
            default: break
            }
        }
        signature = Fingerprint("signature", userAgent, names.sorted().joined(separator: ","))
    }
}

/// A hash of texts, to compare and count by without keeping them: no address stays in memory.
package struct Fingerprint: Hashable, Sendable {
    private var value: UInt64 = 0xcbf2_9ce4_8422_2325

    init(_ texts: String...) {
        for text in texts { mix(text.utf8) }
    }

    init(_ text: String, octets: some Collection<UInt8>) {
        mix(text.utf8)
        mix(octets)
    }

    /// FNV-1a, 64 bits, a separator behind each text.
    private mutating func mix(_ bytes: some Collection<UInt8>) {
        for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
        value = (value ^ 0xFF) &* 0x100_0000_01b3
    }
}

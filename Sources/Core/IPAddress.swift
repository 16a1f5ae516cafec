/// An IP address in figures, and the network it belongs to. Nothing is resolved.
package struct IPAddress: Hashable, Sendable {
    /// 4 or 16 octets; an IPv4 address mapped into IPv6 has 4.
    package let octets: [UInt8]

    /// Nil for what is no IP address in figures.
    package init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8.prefix(46))
        guard bytes.count == text.utf8.count, !bytes.isEmpty else { return nil }
        if let v4 = Self.dotted(bytes[...]) {
            octets = v4
        } else if let v6 = Self.colons(bytes[...]) {
            let isMapped = v6[..<10].allSatisfy { $0 == 0 } && v6[10...11] == [255, 255]
            octets = isMapped ? Array(v6[12...]) : v6
        } else {
            return nil
        }
    }

    /// The /24 of an IPv4 address, the /64 of an IPv6 address: what one customer holds.
    package var network: [UInt8] { Array(octets.prefix(octets.count == 4 ? 3 : 8)) }

    private static func dotted(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var octets: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy({ (0x30...0x39).contains($0) }),
                let octet = UInt8(String(decoding: part, as: UTF8.self))
            else { return nil }
            octets.append(octet)
        }
        return octets
    }

    /// RFC 4291 §2.2: eight groups, one run of zeros may be `::`, the last two may be dotted.
    private static func colons(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let colon = UInt8(ascii: ":")
        let gap = text.indices.dropLast().first { text[$0] == colon && text[$0 + 1] == colon }
        guard let gap else { return groups(text).flatMap { $0.count == 16 ? $0 : nil } }
        guard let head = groups(text[..<gap]), let tail = groups(text[(gap + 2)...]),
            head.count + tail.count <= 14
        else { return nil }
        return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    private static func groups(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count <= 8 else { return nil }
        var octets: [UInt8] = []
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, let v4 = dotted(part) { return octets + v4 }
            guard (1...4).contains(part.count), part.allSatisfy(isHexadecimal),
                let value = UInt16(String(decoding: part, as: UTF8.self), radix: 16)
            else { return nil }
            octets += [UInt8(value >> 8), UInt8(value & 0xFF)]
        }
        return octets
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20)
    }
}

/// A network of IP addresses, `192.0.2.0/24` or `2001:db8::/32`; without bits one address.
package struct IPNetwork: Hashable, Sendable {
    private let octets: [UInt8]
    private let bits: Int

    /// Nil for what is no network in figures.
    package init?(_ text: some StringProtocol) {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = halves.first, halves.count <= 2, let address = IPAddress(first) else {
            return nil
        }
        octets = address.octets
        let all = octets.count * 8
        guard halves.count == 2 else {
            bits = all
            return
        }
        guard halves[1].utf8.count <= 3,
            halves[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let bits = Int(halves[1]), bits <= all
        else { return nil }
        self.bits = bits
    }

    package func contains(_ address: IPAddress) -> Bool {
        guard address.octets.count == octets.count else { return false }
        for index in 0..<octets.count {
            let left = bits - index * 8
            guard left > 0 else { return true }
            let mask: UInt8 = left >= 8 ? 0xFF : ~(0xFF >> UInt8(left))
            if (address.octets[index] ^ octets[index]) & mask != 0 { return false }
        }
        return true
    }
}

/// What connections are counted by: an IPv4 address, or the /64 that one IPv6 customer holds.
struct AddressKey: Hashable {
    private let octets: [UInt8]

    /// Nil for what is no IP address.
    init?(_ address: SocketAddress) {
        let octets = address.octets
        guard !octets.isEmpty else { return nil }
        self.octets = octets.count == 16 ? Array(octets[..<8]) : octets
    }
}

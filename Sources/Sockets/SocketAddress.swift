internal import CLinux
internal import Glibc

/// A socket address in the form the system calls take.
struct SocketAddress {
    private var storage = sockaddr_storage()
    private var length: socklen_t = 0

    /// An IPv4 or IPv6 address in figures; nil for anything else. Names are not resolved.
    init?(host: String, port: UInt16) {
        let host =
            host.hasPrefix("[") && host.hasSuffix("]") ? host.dropFirst().dropLast() : host[...]
        var v4 = in_addr()
        var v6 = in6_addr()
        if inet_pton(AF_INET, String(host), &v4) == 1 {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr = v4
            set(address)
        } else if inet_pton(AF_INET6, String(host), &v6) == 1 {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            address.sin6_addr = v6
            set(address)
        } else {
            return nil
        }
    }

    /// A path of at most 107 octets; one that begins with `@` is in the abstract name space.
    init?(path: String) {
        var bytes = Array(path.utf8)
        guard (1...107).contains(bytes.count), !bytes.contains(0) else { return nil }
        let isAbstract = bytes[0] == UInt8(ascii: "@")
        if isAbstract { bytes[0] = 0 }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        set(address)
        // The length of an abstract name counts; a path ends at its NUL.
        let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
        length = socklen_t(offset + bytes.count + (isAbstract ? 0 : 1))
    }

    /// What a system call fills in.
    init(_ fill: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Void) {
        length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        withUnsafeMutablePointer(to: &storage) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { fill($0, &length) }
        }
    }

    private mutating func set<Address>(_ address: Address) {
        withUnsafeMutableBytes(of: &storage) { storage in
            withUnsafeBytes(of: address) { storage.copyMemory(from: $0) }
        }
        length = socklen_t(MemoryLayout<Address>.size)
    }

    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafePointer(to: storage) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }

    var family: Int32 { Int32(storage.ss_family) }

    /// The octets of an IP address: 4 or 16, an IPv4 address mapped into IPv6 as 4; else empty.
    var octets: [UInt8] {
        switch family {
        case AF_INET: return read(sockaddr_in.self) { withUnsafeBytes(of: $0.sin_addr, Array.init) }
        case AF_INET6:
            let octets = read(sockaddr_in6.self) { withUnsafeBytes(of: $0.sin6_addr, Array.init) }
            let isMapped = octets[..<10].allSatisfy { $0 == 0 } && octets[10...11] == [255, 255]
            return isMapped ? Array(octets[12...]) : octets
        default: return []
        }
    }

    var port: UInt16 {
        switch family {
        case AF_INET: read(sockaddr_in.self) { UInt16(bigEndian: $0.sin_port) }
        case AF_INET6: read(sockaddr_in6.self) { UInt16(bigEndian: $0.sin6_port) }
        default: 0
        }
    }

    /// The IP address in figures; empty for a UNIX socket.
    var text: String {
        let octets = octets
        guard !octets.isEmpty else { return "" }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        inet_ntop(
            octets.count == 4 ? AF_INET : AF_INET6, octets, &text, socklen_t(INET6_ADDRSTRLEN))
        return String(
            decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private func read<Address, Result>(_: Address.Type, _ body: (Address) -> Result) -> Result {
        withUnsafeBytes(of: storage) { body($0.load(as: Address.self)) }
    }
}

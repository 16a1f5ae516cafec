internal import CLinux

/// Who is at the other end of a connection.
package enum Peer: Hashable, Sendable {
    /// An IPv4 or IPv6 address in figures, an IPv4 address always in its own form.
    case ip(String)
    /// A process on this machine; nil when the kernel does not tell.
    case local(PeerCredentials?)
}

/// The process that connected to a UNIX socket, as the kernel knows it (SO_PEERCRED). Under
/// PrivateUsers users of other name spaces show as 65534: authorise by the socket's group and mode,
/// log these.
package struct PeerCredentials: Hashable, Sendable {
    package var process: Int32
    package var user: UInt32
    package var group: UInt32

    init?(socket: Int32) {
        var raw: [UInt32] = [0, 0, 0]
        guard maild_peer_credentials(socket, &raw) == 0 else { return nil }
        process = Int32(bitPattern: raw[0])
        user = raw[1]
        group = raw[2]
    }
}

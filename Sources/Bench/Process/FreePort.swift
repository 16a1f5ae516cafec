internal import Glibc

/// A TCP port on 127.0.0.1 that nobody listens on right now.
///
/// Whoever asks must bind it soon: the system does not keep it. It gives ports in turn, so a
/// second asker does not get the same one at once.
package func freePort() -> Int {
    let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    return withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
            precondition(bind(socket, generic, length) == 0, "no free port on 127.0.0.1")
            getsockname(socket, generic, &length)
        }
        return Int(UInt16(bigEndian: pointer.pointee.sin_port))
    }
}

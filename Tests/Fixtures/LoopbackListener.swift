import Glibc

/// A blocking socket that listens on a free port of 127.0.0.1. Who made it closes it.
package struct LoopbackListener: Sendable {
    package let number: Int32
    package let port: UInt16

    package init() {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        port = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                precondition(bind(listener, generic, size) == 0 && listen(listener, 16) == 0)
                getsockname(listener, generic, &size)
            }
            return UInt16(bigEndian: pointer.pointee.sin_port)
        }
        number = listener
    }

    /// The next connection; nil when nobody comes. Neither this nor reading waits longer.
    package func next(withinSeconds seconds: Int) -> Int32? {
        limit(number, seconds)
        let connection = accept(number, nil, nil)
        guard connection >= 0 else { return nil }
        limit(connection, seconds)
        return connection
    }

    private func limit(_ socket: Int32, _ seconds: Int) {
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(
            socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }
}

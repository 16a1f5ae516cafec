internal import CLinux
internal import Glibc
import Threads

/// A socket that takes connections: TCP on an address in figures, or UNIX on a path.
package final class Listener: Sendable {
    let socket: Descriptor
    /// What it listens on, for messages: `127.0.0.1:8080`, `[::1]:8080` or the path.
    package let name: String
    /// The port; of port 0 the one that the system chose. 0 for a UNIX socket.
    package let port: UInt16
    private let file: SocketFile?
    /// Somebody else listens on with it: it is not to be shut down for all.
    let isAdopted: Bool

    var isLocal: Bool { file != nil }

    /// Listens on TCP. An IPv6 address takes IPv6 only, so that `::` and `0.0.0.0` can stand side by
    /// side.
    package init(host: String, port: UInt16, backlog: Int32 = 1024) throws(SystemError) {
        guard let address = SocketAddress(host: host, port: port) else {
            throw SystemError("\(host) is not an IP address to listen on", code: 0)
        }
        let place = address.family == AF_INET6 ? "[\(address.text)]" : address.text
        let operation = "listen on \(place):\(port)"
        socket = try Descriptor(maild_stream_socket(address.family), operation)
        // A restart must not wait until the connections of the last run are forgotten.
        _ = maild_set_option(socket.number, SOL_SOCKET, SO_REUSEADDR, 1)
        if address.family == AF_INET6 {
            _ = maild_set_option(socket.number, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1)
        }
        let number = socket.number
        guard address.withPointer({ bind(number, $0, $1) }) == 0, listen(number, backlog) == 0
        else { throw .last(operation) }
        self.port = SocketAddress { _ = getsockname(number, $0, $1) }.port
        name = "\(place):\(self.port)"
        file = nil
        isAdopted = false
    }

    /// Listens on a UNIX socket at `path` (at most 107 octets) with the given mode.
    ///
    /// A socket file that a dead process left is replaced; one at which somebody answers, or a file
    /// that is no socket, is an error.
    package init(path: String, mode: UInt32 = 0o660, backlog: Int32 = 128) throws(SystemError) {
        let operation = "listen on \(path)"
        guard let address = SocketAddress(path: path), !path.hasPrefix("@") else {
            throw SystemError("the socket path \(path) is empty or over 107 octets", code: 0)
        }
        socket = try Descriptor(maild_stream_socket(AF_UNIX), operation)
        let number = socket.number
        // Before bind, so that the file never has more rights than asked for.
        guard fchmod(number, mode) == 0 else { throw .last(operation) }
        if address.withPointer({ bind(number, $0, $1) }) != 0 {
            guard errno == EADDRINUSE else { throw .last(operation) }
            try SocketFile.removeStale(path, address)
            guard address.withPointer({ bind(number, $0, $1) }) == 0 else { throw .last(operation) }
        }
        // The umask has narrowed the mode.
        guard chmod(path, mode) == 0, listen(number, backlog) == 0 else { throw .last(operation) }
        file = SocketFile(path: path)
        name = path
        port = 0
        isAdopted = false
    }

    /// Takes a socket that listens already, by systemd's socket activation for one.
    package init(adopting descriptor: Int32) throws(SystemError) {
        socket = try Descriptor(descriptor, "take over a socket")
        let flags = fcntl(descriptor, F_GETFL)
        guard flags >= 0, fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0,
            fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0
        else { throw .last("take over a socket") }
        let address = SocketAddress { _ = getsockname(descriptor, $0, $1) }
        let place = address.family == AF_INET6 ? "[\(address.text)]" : address.text
        name = address.family == AF_UNIX ? "a socket of systemd" : "\(place):\(address.port)"
        port = address.port
        isAdopted = true
        // Not ours to remove.
        file = address.family == AF_UNIX ? SocketFile(path: nil) : nil
    }

    /// Removes the file of a UNIX socket, unless another one has taken its place. The socket itself
    /// is closed when the last holder lets go of it.
    package func removeFile() {
        file?.remove()
    }

    /// Waits for a connection, whose steps then take `milliseconds` at most; nil when `stop` was
    /// signalled, or when the system has no room for one now (after a moment).
    package func next(stop: Wakeup, milliseconds: Int64) -> SocketStream? {
        var entries = [
            pollfd(fd: socket.number, events: Int16(POLLIN), revents: 0),
            pollfd(fd: stop.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&entries, 2, 60_000) > 0, entries[1].revents == 0 else { return nil }
        guard let (number, address) = accept() else {
            // Out of descriptors or memory: asking again at once would only spin.
            if errno != EAGAIN { _ = poll(&entries[1], 1, 100) }
            return nil
        }
        guard let descriptor = try? Descriptor(number, "accept") else { return nil }
        let peer: Endpoint =
            isLocal ? .unix(path: name) : .tcp(host: address.text, port: address.port)
        return SocketStream(accepted: descriptor, from: peer, milliseconds: milliseconds)
    }

    /// The next connection that waits, or nil with `errno` set.
    func accept() -> (descriptor: Int32, address: SocketAddress)? {
        var descriptor: Int32 = -1
        let number = socket.number
        let address = SocketAddress { pointer, length in
            pointer.withMemoryRebound(to: sockaddr_storage.self, capacity: 1) {
                descriptor = maild_accept(number, $0, length)
            }
        }
        return descriptor >= 0 ? (descriptor, address) : nil
    }
}

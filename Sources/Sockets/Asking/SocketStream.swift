internal import CLinux
internal import Glibc
import Threads

/// One connection of a thread that waits for each step, with a time-out on it: a client's, or one
/// that a listener took.
package final class SocketStream: Sendable {
    package enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
        /// No connection, or a broken one.
        case system(SystemError)
        /// The name of the host is not known.
        case unknownHost(String)
        case timedOut(String)

        package var description: String {
            switch self {
            case .system(let error): error.description
            case .unknownHost(let host): "the host \(host) is not known"
            case .timedOut(let operation): "\(operation) took too long"
            }
        }
    }

    private let socket: Descriptor
    private let endpoint: Endpoint
    private let milliseconds: Int64

    /// Connects within `milliseconds`, which is the time-out of each later step too.
    package init(_ endpoint: Endpoint, milliseconds: Int64) throws(Failure) {
        self.endpoint = endpoint
        self.milliseconds = milliseconds
        var failure = Failure.unknownHost("\(endpoint)")
        for address in Self.addresses(endpoint) {
            do throws(Failure) {
                socket = try Self.connected(address, endpoint, milliseconds)
                return
            } catch {
                failure = error
            }
        }
        throw failure
    }

    init(accepted socket: Descriptor, from endpoint: Endpoint, milliseconds: Int64) {
        self.socket = socket
        self.endpoint = endpoint
        self.milliseconds = milliseconds
    }

    private static func addresses(_ endpoint: Endpoint) -> [SocketAddress] {
        switch endpoint {
        case .unix(let path): return SocketAddress(path: path).map { [$0] } ?? []
        case .tcp(let host, let port):
            if let address = SocketAddress(host: host, port: port) { return [address] }
            var hints = addrinfo()
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
            var list: UnsafeMutablePointer<addrinfo>?
            guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
            defer { freeaddrinfo(list) }
            var addresses: [SocketAddress] = []
            var next = list
            while let info = next?.pointee {
                let found = SocketAddress { pointer, length in
                    memcpy(pointer, info.ai_addr, Int(info.ai_addrlen))
                    length.pointee = info.ai_addrlen
                }
                if let address = SocketAddress(host: found.text, port: port) {
                    addresses.append(address)
                }
                next = info.ai_next
            }
            return addresses
        }
    }

    private static func connected(
        _ address: SocketAddress, _ endpoint: Endpoint, _ milliseconds: Int64
    ) throws(Failure) -> Descriptor {
        let operation = "connect to \(endpoint)"
        let socket: Descriptor
        do throws(SystemError) {
            socket = try Descriptor(maild_stream_socket(address.family), operation)
        } catch {
            throw .system(error)
        }
        if address.family != AF_UNIX { _ = maild_send_without_delay(socket.number) }
        guard address.withPointer({ connect(socket.number, $0, $1) }) != 0 else { return socket }
        guard errno == EINPROGRESS else { throw .system(.last(operation)) }
        guard wait(socket.number, for: POLLOUT, until: .after(milliseconds: milliseconds)) else {
            throw .timedOut("connecting to \(endpoint)")
        }
        let error = maild_socket_error(socket.number)
        guard error == 0 else { throw .system(SystemError(operation, code: error)) }
        return socket
    }

    /// The octets that have arrived, waiting for the first; empty at the end of the connection.
    package func read(atMost limit: Int = 64 * 1024) throws(Failure) -> [UInt8] {
        let deadline = MonotonicTime.after(milliseconds: milliseconds)
        var count = 0
        var failed = false
        while true {
            let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, filled in
                count = recv(socket.number, buffer.baseAddress, limit, 0)
                failed = count < 0
                filled = max(0, count)
            }
            if !failed { return bytes }
            guard errno == EAGAIN || errno == EINTR else {
                throw .system(.last("read from \(endpoint)"))
            }
            guard Self.wait(socket.number, for: POLLIN, until: deadline) else {
                throw .timedOut("waiting for \(endpoint)")
            }
        }
    }

    /// Writes all of the octets.
    package func write(_ bytes: [UInt8]) throws(Failure) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                maild_send(socket.number, $0.baseAddress! + written, $0.count - written)
            }
            if count >= 0 {
                written += count
                continue
            }
            guard errno == EAGAIN || errno == EINTR else {
                throw .system(.last("write to \(endpoint)"))
            }
            guard
                Self.wait(
                    socket.number, for: POLLOUT, until: .after(milliseconds: milliseconds))
            else { throw .timedOut("writing to \(endpoint)") }
        }
    }

    /// Tells the other side that nothing more will come.
    package func endWriting() {
        _ = shutdown(socket.number, Int32(SHUT_WR))
    }

    /// Ends the connection in both directions; a thread that waits on it goes on at once.
    package func end() {
        _ = shutdown(socket.number, Int32(SHUT_RDWR))
    }

    /// Whether the other side has closed, or sent what nobody asked for.
    package var isStale: Bool {
        waitReadable([socket.number], 0)
    }

    private static func wait(
        _ descriptor: Int32, for events: Int32, until deadline: MonotonicTime
    ) -> Bool {
        while true {
            let left = deadline.milliseconds(since: .now())
            guard left > 0 else { return false }
            var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
            let count = poll(&entry, 1, Int32(clamping: left))
            if count > 0 { return true }
            if count < 0 && errno != EINTR { return true }
        }
    }
}

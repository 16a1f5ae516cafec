internal import CLinux
internal import Glibc
import Threads

/// Tells systemd how the service is: one datagram to `$NOTIFY_SOCKET` (sd_notify(3)), without
/// libsystemd.
package struct ServiceNotifier: Sendable {
    package enum State: Hashable, Sendable {
        case ready
        /// With a reading of CLOCK_MONOTONIC, which `Type=notify-reload` wants.
        case reloading(monotonicMicroseconds: Int64)
        case stopping
        /// A sign of life.
        case watchdog
        /// What `systemctl status` shows; line ends become blanks.
        case status(String)

        var text: String {
            switch self {
            case .ready: "READY=1"
            case .reloading(let time): "RELOADING=1\nMONOTONIC_USEC=\(time)"
            case .stopping: "STOPPING=1"
            case .watchdog: "WATCHDOG=1"
            case .status(let text):
                "STATUS=" + String(text.map { $0.isNewline ? " " : $0 })
            }
        }
    }

    private let path: String?

    /// `path` is the value of `$NOTIFY_SOCKET`: a path or `@name`; nil or empty when nobody listens.
    package init(path: String?) {
        self.path = path?.isEmpty == true ? nil : path
    }

    package var isActive: Bool { path != nil }

    /// Sends the states in one datagram. Nothing happens when nobody listens.
    package func send(_ states: State...) throws(SystemError) {
        guard let path else { return }
        guard let address = SocketAddress(path: path) else {
            throw SystemError("NOTIFY_SOCKET is not a socket path of at most 107 octets", code: 0)
        }
        let socket = try Descriptor(maild_datagram_socket(AF_UNIX), "notify systemd")
        let bytes = Array(states.map(\.text).joined(separator: "\n").utf8)
        let flags = Int32(MSG_NOSIGNAL)
        let sent = address.withPointer {
            sendto(socket.number, bytes, bytes.count, flags, $0, $1)
        }
        guard sent == bytes.count else { throw .last("notify systemd") }
    }
}

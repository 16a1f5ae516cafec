import Glibc
import Threads

/// A server on the loopback that takes connections one after another, keeps each request, and
/// answers with the bytes it was given; without any it is silent until the other side gives up.
final class HTTPPeer: Sendable {
    let port: UInt16
    private let requests = Monitor<[String]>([])
    private let thread: WorkThread

    init(_ answers: [String?]) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        port = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                precondition(bind(listener, generic, size) == 0 && listen(listener, 4) == 0)
                getsockname(listener, generic, &size)
            }
            return UInt16(bigEndian: pointer.pointee.sin_port)
        }
        let requests = requests
        thread = WorkThread("peer") {
            var limit = timeval(tv_sec: 20, tv_usec: 0)
            let length = socklen_t(MemoryLayout<timeval>.size)
            setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &limit, length)
            for answer in answers {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { break }
                setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, length)
                let request = Self.read(connection)
                requests.update { $0.append(request) }
                if let answer {
                    let bytes = Array(answer.utf8)
                    var sent = 0
                    while sent < bytes.count {
                        let count = bytes[sent...].withUnsafeBytes {
                            send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                        }
                        guard count > 0 else { break }
                        sent += count
                    }
                } else {
                    var byte: UInt8 = 0
                    _ = recv(connection, &byte, 1, 0)
                }
                close(connection)
            }
            close(listener)
        }
    }

    /// What was asked, once all answers are given.
    func heard() -> [String] {
        thread.join()
        return requests.withLock { $0 }
    }

    func waitForRequest() { _ = requests.wait { $0.isEmpty ? nil : true } }

    /// Head and body by its length.
    private static func read(_ connection: Int32) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.firstRange(of: "\r\n\r\n") {
                let head = text[..<end.lowerBound].split(separator: "\r\n")
                let length = head.first { $0.lowercased().hasPrefix("content-length:") }
                    .flatMap { Int($0.split(separator: " ").last ?? "") }
                if text[end.upperBound...].utf8.count >= length ?? 0 { return text }
            }
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return text }
            bytes += buffer[..<count]
        }
    }
}

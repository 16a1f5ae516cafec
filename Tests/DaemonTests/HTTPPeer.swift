import Fixtures
import Glibc
import Threads

/// A server on the loopback that takes connections one after another, keeps each request, and
/// answers with the bytes it was given; without any it is silent until the other side gives up.
final class HTTPPeer: Sendable {
    let port: UInt16
    private let requests = Monitor<[String]>([])
    private let thread: WorkThread

    init(_ answers: [String?]) {
        let listener = LoopbackListener()
        port = listener.port
        let requests = requests
        thread = WorkThread("peer") {
            for answer in answers {
                guard let connection = listener.next(withinSeconds: 20) else { break }
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
            close(listener.number)
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

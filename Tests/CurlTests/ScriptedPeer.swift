import Glibc
import Threads

/// A server for one connection on the loopback that answers each line as a table says and keeps
/// what it heard. Content after a 354 is taken up to its dot and answered as the line ".".
final class ScriptedPeer: Sendable {
    let port: UInt16
    private let heard = Monitor<[String]>([])
    private let thread: WorkThread

    /// `answers` is asked with the start of a line, longest prefix first; nil closes.
    init(greeting: String = "220 peer", _ answers: [(String, String?)]) {
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
        let heard = heard
        thread = WorkThread("peer") {
            var limit = timeval(tv_sec: 10, tv_usec: 0)
            setsockopt(
                listener, SOL_SOCKET, SO_RCVTIMEO, &limit,
                socklen_t(MemoryLayout<timeval>.size))
            let connection = accept(listener, nil, nil)
            close(listener)
            guard connection >= 0 else { return }
            setsockopt(
                connection, SOL_SOCKET, SO_RCVTIMEO, &limit,
                socklen_t(MemoryLayout<timeval>.size))
            Self.serve(connection, greeting, answers, heard)
            close(connection)
        }
    }

    /// What was heard, once the connection is over.
    func lines() -> [String] {
        thread.join()
        return heard.withLock { $0 }
    }

    private static func serve(
        _ connection: Int32, _ greeting: String, _ answers: [(String, String?)],
        _ heard: Monitor<[String]>
    ) {
        guard say(greeting, connection) else { return }
        var line: [UInt8] = []
        var isContent = false
        var bytes = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = recv(connection, &bytes, bytes.count, 0)
            guard count > 0 else { return }
            for byte in bytes[..<count] {
                guard byte == 0x0A else {
                    line.append(byte)
                    continue
                }
                if line.last == 0x0D { line.removeLast() }
                let text = String(decoding: line, as: UTF8.self)
                line = []
                heard.update { $0.append(text) }
                if isContent, text != "." { continue }
                isContent = false
                guard let answer = answers.first(where: { text.hasPrefix($0.0) })?.1,
                    say(answer, connection)
                else { return }
                isContent = answer.hasPrefix("354")
            }
        }
    }

    private static func say(_ text: String, _ connection: Int32) -> Bool {
        let bytes = Array((text + "\n").utf8).flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }
        return send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
    }
}

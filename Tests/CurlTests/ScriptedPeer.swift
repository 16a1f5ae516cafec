import Fixtures
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
        let listener = LoopbackListener()
        port = listener.port
        let heard = heard
        thread = WorkThread("peer") {
            let connection = listener.next(withinSeconds: 10)
            close(listener.number)
            guard let connection else { return }
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

import Bench
import Glibc
import Threads

/// Answers Postfix's questions after passwords in Dovecot's authentication protocol 1.1, so that a
/// login can be tested without another package: one user, PLAIN only.
final class PasswordServer: Sendable {
    let port: Int
    private let listener: Int32
    private let thread: WorkThread

    init(user: String, password: String) {
        port = freePort()
        listener = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        let (listener, size) = (listener, socklen_t(MemoryLayout<sockaddr_in>.size))
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, size) }
        }
        precondition(bound == 0 && listen(listener, 16) == 0)
        let right = Self.base64(Array("\0\(user)\0\(password)".utf8))
        thread = WorkThread("passwords") {
            var open: [Int32: [UInt8]] = [:]
            while true {
                var waits = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
                waits += open.keys.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
                guard poll(&waits, nfds_t(waits.count), -1) > 0 else { continue }
                if waits[0].revents != 0 {
                    let client = accept(listener, nil, nil)
                    guard client >= 0 else { break }
                    open[client] = []
                    Self.say(
                        "VERSION\t1\t1\nMECH\tPLAIN\tplaintext\nSPID\t1\nCUID\t1\nCOOKIE\t00\nDONE\n",
                        to: client)
                }
                for one in waits.dropFirst() where one.revents != 0 {
                    var bytes = [UInt8](repeating: 0, count: 4096)
                    let count = recv(one.fd, &bytes, bytes.count, 0)
                    guard count > 0 else {
                        close(one.fd)
                        open[one.fd] = nil
                        continue
                    }
                    open[one.fd]! += bytes[..<count]
                    while let end = open[one.fd]!.firstIndex(of: 0x0A) {
                        let line = String(decoding: open[one.fd]![..<end], as: UTF8.self)
                        open[one.fd]!.removeFirst(end + 1)
                        Self.answer(line, right, to: one.fd)
                    }
                }
            }
            for client in open.keys { close(client) }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        thread.join()
        close(listener)
    }

    /// `AUTH id PLAIN service=smtp … resp=BASE64`, or the same without the response, which then
    /// comes as `CONT id BASE64`.
    private static func answer(_ line: String, _ right: String, to client: Int32) {
        let words = line.split(separator: "\t")
        guard words.count > 2, words[0] == "AUTH" || words[0] == "CONT" else { return }
        let given =
            words[0] == "CONT" ? words[2] : words.first { $0.hasPrefix("resp=") }?.dropFirst(5)
        let verdict =
            switch given {
            case nil: "CONT\t\(words[1])\t"
            case .some(let text) where text == right: "OK\t\(words[1])\tuser=mailer"
            default: "FAIL\t\(words[1])\tuser=mailer"
            }
        say(verdict + "\n", to: client)
    }

    private static func say(_ text: String, to client: Int32) {
        _ = send(client, text, text.utf8.count, Int32(MSG_NOSIGNAL))
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let part = bytes[start..<min(start + 3, bytes.count)]
            let number = part.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - part.count))
            for place in 0..<4 {
                text.append(
                    place <= part.count ? letters[number >> (18 - 6 * place) & 63] : "=")
            }
        }
        return text
    }
}

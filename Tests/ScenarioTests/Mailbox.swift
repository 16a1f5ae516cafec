import Bench
import Glibc

/// The Maildir that a sink fills, for scenarios that look at whole messages.
struct Mailbox {
    let directory: TemporaryDirectory

    init() { directory = TemporaryDirectory("maild-mailbox") }

    var path: String { directory.path + "/mail" }

    var options: Sink.Options {
        var options = Sink.Options()
        options.maildir = path
        return options
    }

    /// Every message, its envelope in `Delivered-To`.
    var messages: [String] { Self.files(in: path + "/new") }

    /// What the files of a directory hold.
    static func files(in path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var messages: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard !name.hasPrefix("."), let text = text("\(path)/\(name)") else {
                continue
            }
            messages.append(text)
        }
        return messages
    }

    static func text(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var text: [UInt8] = []
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&bytes, 1, bytes.count, file)
            if count == 0 { return String(decoding: text, as: UTF8.self) }
            text += bytes[..<count]
        }
    }
}

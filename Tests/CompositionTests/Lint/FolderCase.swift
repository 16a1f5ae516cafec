import Diagnostics
import Glibc
import Testing

@testable import Composition

/// One folder of `Tests/Folders`, with what lint has to say about it.
struct FolderCase: Sendable, CustomTestStringConvertible {
    var name: String
    var files: [String: [UInt8]] = [:]
    var grants = Grants.notJudged
    /// `path:line:column: severity: code`
    var expected: [String] = []

    var testDescription: String { name }

    /// Each finding without its message.
    var found: [String] {
        var seen: [String] = []
        for finding in FolderLint.findings(in: files, grants: grants) {
            let short = finding.summary.split(separator: ": ").prefix(3).joined(separator: ": ")
            if !seen.contains(short) { seen.append(short) }
        }
        return seen
    }

    static let rules = """
        [topic news]
        [field first_name]
        type = text
        [field city]
        type = text
        [field age]
        type = number
        [field vip]
        type = flag
        [field country]
        type = choice
        values = DE, AT, CH
        [field customer]
        type = text
        required = yes
        [field clicks.travel]
        type = number
        [field interests.cars]
        type = score
        half-life = 90d
        [field interests.travel]
        type = score
        half-life = 90d
        [segment everybody]
        where = subscribed "news"
        [segment travellers]
        where = interests.travel >= 2
        [action travel-click]
        do = clicks.travel += 1
        """

    private static let head = """
        ---
        subject: Hi
        from: Shop <news@shop.example>
        topic: news
        audience: everybody
        ---

        """
    private static let foot = "<a href=\"{{ links.unsubscribe }}\">out</a>\n"

    /// The folders of a file in `Tests/Folders`.
    static func read(_ file: String) -> [FolderCase] {
        var cases: [FolderCase] = []
        var path: String?
        func end() {
            guard let last = cases.indices.last else { return }
            if path == "m.html+" {
                path = nil
                cases[last].files["m.html"]? += Array(foot.utf8)
            }
        }
        for line in lines(of: file) where !cases.isEmpty || line.hasPrefix("===") {
            if line.hasPrefix("=== ") {
                end()
                cases.append(FolderCase(name: String(line.dropFirst(4))))
                cases[cases.count - 1].files["loop.conf"] = Array(rules.utf8)
                path = nil
                continue
            }
            let last = cases.count - 1
            if line.hasPrefix(">>> ") {
                cases[last].expected.append(String(line.dropFirst(4)))
            } else if line.hasPrefix("--- ") {
                end()
                path = String(line.dropFirst(4))
                cases[last].files[path ?? ""] = []
            } else if line == "+++ body" {
                end()
                path = "m.html+"
                cases[last].files["m.html"] = Array(head.utf8)
            } else if line.hasPrefix("grants: "), path == nil {
                cases[last].grants = Self.grants(line.dropFirst(8))
            } else if let path {
                let key = path == "m.html+" ? "m.html" : path
                cases[last].files[key]? += bytes(line) + [0x0A]
            }
        }
        end()
        return cases
    }

    private static func grants(_ text: Substring) -> Grants {
        var grants = Grants.notJudged
        for part in text.split(separator: ";") {
            let pair = part.split(separator: "=").map(String.init)
            switch pair[0] {
            case "from": grants.fromDomains = [pair[1]]
            case "hosts": grants.linkHosts = [pair[1]]
            default: grants.transactionalTopics = [pair[1]]
            }
        }
        return grants
    }

    /// `\xFC` as one byte.
    private static func bytes(_ line: Substring) -> [UInt8] {
        var out: [UInt8] = []
        var rest = Array(line.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.dropFirst().prefix(2)
            if byte == UInt8(ascii: "\\"), rest.first == UInt8(ascii: "x"),
                let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            {
                out.append(code)
                rest = rest.dropFirst(3)
            } else {
                out.append(byte)
            }
        }
        return out
    }

    private static func lines(of file: String) -> [Substring] {
        let top = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        guard let handle = fopen("/\(top)/Folders/\(file)", "r") else { return [] }
        defer { fclose(handle) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, handle)
        return String(decoding: bytes[..<count], as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
    }
}

/// A message as a recipient's mail program sees it: the headers that matter, the two bodies, the
/// links.
///
/// It reads what maild writes, one multipart/alternative with quoted-printable parts, by the RFCs
/// and not by maild's own code: a mistake in the writer must not cancel out in the reader.
struct ArrivedMail: Sendable {
    /// Names in lower case; a name given twice keeps the first value.
    let headers: [String: String]
    let text: String
    let html: String
    /// What the transport asks of every message, see `Defect`; empty is good.
    let defects: [Defect]
    /// Octets.
    let size: Int

    /// A rule of the wire that the bytes break.
    enum Defect: String, Hashable, Sendable {
        case bareLineEnd = "a CR or LF alone"
        case eightBit = "a byte above 127"
        case longLine = "a line over 998 octets"
        case nul = "a NUL"
    }

    init(_ bytes: [UInt8]) {
        size = bytes.count
        defects = Self.defects(of: bytes)
        let (headers, body) = Self.split(bytes)
        self.headers = headers
        var text = ""
        var html = ""
        for part in Self.parts(of: body, type: headers["content-type"] ?? "") {
            let (partHeaders, content) = Self.split(part)
            let type = partHeaders["content-type"] ?? ""
            let decoded = String(decoding: Self.quotedPrintable(content), as: UTF8.self)
            if type.hasPrefix("text/plain") { text = decoded }
            if type.hasPrefix("text/html") { html = decoded }
        }
        self.text = text
        self.html = html
    }

    /// The mailing's name, the first part of Feedback-ID.
    var mailing: String {
        String((headers["feedback-id"] ?? "").prefix { $0 != ":" })
    }

    // MARK: - Reading

    private static func defects(of bytes: [UInt8]) -> [Defect] {
        var found: Set<Defect> = []
        var column = 0
        for (index, byte) in bytes.enumerated() {
            let isCR = byte == 0x0D
            if byte == 0x0A, index == 0 || bytes[index - 1] != 0x0D { found.insert(.bareLineEnd) }
            if isCR, index + 1 == bytes.count || bytes[index + 1] != 0x0A {
                found.insert(.bareLineEnd)
            }
            if byte > 127 { found.insert(.eightBit) }
            if byte == 0 { found.insert(.nul) }
            column = byte == 0x0A || isCR ? 0 : column + 1
            if column > 998 { found.insert(.longLine) }
        }
        return found.sorted { $0.rawValue < $1.rawValue }
    }

    /// Headers, unfolded, and what follows the first empty line.
    private static func split(_ bytes: [UInt8]) -> (headers: [String: String], body: [UInt8]) {
        var headers: [String: String] = [:]
        var last: String?
        var rest = bytes[...]
        while let line = nextLine(&rest), !line.isEmpty {
            let text = String(decoding: line, as: UTF8.self)
            if text.hasPrefix(" ") || text.hasPrefix("\t") {
                if let last { headers[last]? += text }
                continue
            }
            guard let colon = text.firstIndex(of: ":") else { continue }
            let name = text[..<colon].lowercased()
            last = headers[name] == nil ? name : nil
            if last != nil {
                headers[name] = String(text[text.index(after: colon)...].drop { $0 == " " })
            }
        }
        return (headers, Array(rest))
    }

    private static func parts(of body: [UInt8], type: String) -> [[UInt8]] {
        guard let boundary = quotedParameter("boundary", of: type) else { return [] }
        let opening = Array("--\(boundary)".utf8)
        var parts: [[UInt8]] = []
        var rest = body[...]
        while let line = nextLine(&rest) {
            if line.starts(with: opening) {
                if line.dropFirst(opening.count).elementsEqual("--".utf8) { break }
                parts.append([])
            } else if !parts.isEmpty {
                parts[parts.count - 1] += line + [0x0D, 0x0A]
            }
        }
        return parts
    }

    private static func quotedParameter(_ name: String, of header: String) -> String? {
        guard let start = header.place(after: "\(name)=\"") else { return nil }
        return String(header[start...].prefix { $0 != "\"" })
    }

    private static func nextLine(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard !rest.isEmpty else { return nil }
        let end = rest.firstIndex(of: 0x0A) ?? rest.endIndex
        var line = rest[rest.startIndex..<end]
        if line.last == 0x0D { line.removeLast() }
        rest = rest[min(end + 1, rest.endIndex)...]
        return line
    }

    private static func quotedPrintable(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "="), index + 2 < bytes.count else {
                out.append(bytes[index])
                index += 1
                continue
            }
            let pair = String(decoding: bytes[index + 1...index + 2], as: UTF8.self)
            if let value = UInt8(pair, radix: 16) { out.append(value) }
            index += 3
        }
        return out
    }
}

extension StringProtocol {
    /// Where the text goes on after the first `needle`; nil when there is none.
    func place(after needle: String) -> Index? {
        var start = utf8.startIndex
        while let found = utf8[start...].firstIndex(of: needle.utf8.first ?? 0) {
            if utf8[found...].starts(with: needle.utf8) {
                return utf8.index(found, offsetBy: needle.utf8.count)
            }
            start = utf8.index(after: found)
        }
        return nil
    }
}

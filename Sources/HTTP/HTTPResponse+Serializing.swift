/// A field that must not be written: a name that is no token, or a value with a control character.
package struct UnwritableField: Error, Hashable, CustomStringConvertible {
    package var name: String
    package var description: String { "the header field \(name) holds a character it must not" }
}

extension HTTPResponse {
    /// Everything of the answer's form that the connection decides, not the handler.
    package struct Framing: Hashable, Sendable {
        /// An answer to HEAD tells the length and has no body.
        package var toHead: Bool
        package var keepsAlive: Bool
        /// The Date field; nothing is written when empty.
        package var date: String

        package init(toHead: Bool = false, keepsAlive: Bool = true, date: String = "") {
            self.toHead = toHead
            self.keepsAlive = keepsAlive
            self.date = date
        }
    }

    /// The octets of the whole answer. Content-Length, Transfer-Encoding, Connection and Date are
    /// written here; the handler's own are left out.
    package func serialized(_ framing: Framing = Framing()) throws(UnwritableField) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(256 + body.count)
        try write(to: &out, framing)
        return out
    }

    /// Writes the whole answer behind what is there; nothing when it throws.
    package func write(to out: inout [UInt8], _ framing: Framing) throws(UnwritableField) {
        try writeHead(to: &out, framing)
        if !status.forbidsBody {
            out.append("content-length: ")
            out.append(decimal: body.count)
            out.append("\r\n")
        }
        out.append("\r\n")
        if !framing.toHead && !status.forbidsBody { out.append(contentsOf: body) }
    }

    /// The head of an answer whose body follows in chunks.
    package func serializedChunkedHead(
        _ framing: Framing = Framing()
    ) throws(UnwritableField) -> [UInt8] {
        var out: [UInt8] = []
        try writeHead(to: &out, framing)
        if !status.forbidsBody { out.append("transfer-encoding: chunked\r\n") }
        out.append("\r\n")
        return out
    }

    /// The interim answer that asks for the body.
    package static let `continue` = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    private func writeHead(
        to out: inout [UInt8], _ framing: Framing
    ) throws(UnwritableField) {
        let head = if let writtenHead { writtenHead } else { try makeHead() }
        out.append(contentsOf: head.statusLine)
        if !framing.date.isEmpty {
            out.append("date: ")
            out.append(framing.date)
            out.append("\r\n")
        }
        out.append(contentsOf: head.fields)
        if !framing.keepsAlive { out.append("connection: close\r\n") }
    }

    func makeHead() throws(UnwritableField) -> WrittenHead {
        if let name = headers.firstUnwritable { throw UnwritableField(name: name) }
        var fields: [UInt8] = []
        fields.reserveCapacity(256)
        for field in headers.fields where !Self.ours.contains(field.name) {
            fields.append(field.name)
            fields.append(": ")
            fields.append(field.value)
            fields.append("\r\n")
        }
        return WrittenHead(
            statusLine: Array("HTTP/1.1 \(status.code) \(status.reason)\r\n".utf8), fields: fields)
    }

    private static let ours: Set<String> = [
        "content-length", "transfer-encoding", "connection", "date",
    ]
}

/// The chunked coding of a body (RFC 9112 §7.1), for whoever writes one.
package enum ChunkedCoding {
    /// One chunk; nothing for an empty piece, which would end the body.
    package static func chunk(_ bytes: [UInt8]) -> [UInt8] {
        guard !bytes.isEmpty else { return [] }
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count + 12)
        out.append(String(bytes.count, radix: 16))
        out.append("\r\n")
        out.append(contentsOf: bytes)
        out.append("\r\n")
        return out
    }

    package static let end = Array("0\r\n\r\n".utf8)
}

extension [UInt8] {
    mutating func append(_ text: String) {
        append(contentsOf: text.utf8)
    }

    /// A number of at least 0.
    fileprivate mutating func append(decimal number: Int) {
        if number >= 10 { append(decimal: number / 10) }
        append(UInt8(ascii: "0") + UInt8(number % 10))
    }
}

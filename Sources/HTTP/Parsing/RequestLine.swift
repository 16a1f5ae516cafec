/// The first line of a request, and what the head means together with its fields.
struct RequestLine: Sendable {
    private let method: HTTPMethod
    private let path: String
    private let query: String?
    private let targetAuthority: String?
    private let minorVersion: Int
    /// Length of the line with CRLF.
    let bytes: Int

    /// `method SP target SP HTTP/1.x`, one space each (RFC 9112 §3).
    init(_ line: ArraySlice<UInt8>) throws(HTTPFailure) {
        guard line.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
            throw .bad("the request line holds a character it must not")
        }
        let parts = String(decoding: line, as: UTF8.self)
            .split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3, let method = HTTPMethod(String(parts[0])), !parts[1].isEmpty else {
            throw .bad("the request line is not METHOD TARGET VERSION")
        }
        minorVersion = try Self.minorVersion(parts[2])
        let target = try RequestTarget(parts[1], method: method)
        self.method = method
        path = target.path
        query = target.query
        targetAuthority = target.authority
        bytes = line.count + 2
    }

    /// A higher minor version than ours is served as 1.1 (RFC 9110 §2.5).
    private static func minorVersion(_ text: Substring) throws(HTTPFailure) -> Int {
        let bytes = Array(text.utf8)
        guard bytes.count == 8, text.hasPrefix("HTTP/"), (0x30...0x39).contains(bytes[5]),
            bytes[6] == UInt8(ascii: "."), (0x30...0x39).contains(bytes[7])
        else { throw .bad("the request line does not end in a version of HTTP") }
        guard bytes[5] == UInt8(ascii: "1") else {
            throw HTTPFailure(505, "only HTTP/1.0 and HTTP/1.1 are spoken here")
        }
        return bytes[7] == UInt8(ascii: "0") ? 0 : 1
    }

    func request(_ headers: HeaderFields) throws(HTTPFailure) -> HTTPRequest {
        let host = try host(headers)
        if let expect = headers["expect"], minorVersion >= 1,
            expect.lowercased() != "100-continue"
        {
            throw HTTPFailure(417, "only 100-continue may be expected")
        }
        return HTTPRequest(
            method: method, path: path, query: query, authority: targetAuthority ?? host,
            minorVersion: minorVersion, headers: headers, framing: try framing(headers))
    }

    /// Exactly one valid Host field; HTTP/1.0 may leave it out (RFC 9112 §3.2).
    private func host(_ headers: HeaderFields) throws(HTTPFailure) -> String {
        let hosts = headers.all("host")
        guard hosts.count <= 1 else { throw .bad("there is more than one Host") }
        guard let host = hosts.first?.lowercased() else {
            guard minorVersion == 0 else { throw .bad("there is no Host") }
            return ""
        }
        guard RequestTarget.isAuthority(host) else { throw .bad("the Host is not valid") }
        return host
    }

    private func framing(_ headers: HeaderFields) throws(HTTPFailure) -> BodyFraming {
        let codings = headers.all("transfer-encoding")
        let lengths = headers.all("content-length")
        guard lengths.count <= 1 else { throw .bad("there is more than one Content-Length") }
        guard let coding = codings.first else {
            return try lengths.first.map { text throws(HTTPFailure) in
                try .length(contentLength(text))
            } ?? .none
        }
        guard lengths.isEmpty else {
            throw .bad("there are both Transfer-Encoding and Content-Length")
        }
        guard codings.count == 1, coding.lowercased() == "chunked" else {
            throw .bad("the only transfer coding taken is chunked")
        }
        guard minorVersion >= 1 else { throw .bad("HTTP/1.0 has no transfer coding") }
        return .chunked
    }
}

/// Decimal digits only, at most 15: no sign, no blank, no list (RFC 9110 §8.6).
func contentLength(_ text: String) throws(HTTPFailure) -> Int {
    guard (1...15).contains(text.utf8.count),
        text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(text)
    else { throw .bad("the Content-Length is not a number") }
    return length
}

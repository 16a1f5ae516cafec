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
        guard let first = line.firstIndex(of: 0x20), let last = line.lastIndex(of: 0x20),
            last > first + 1, let method = HTTPMethod(line[..<first])
        else { throw .bad("the request line is not METHOD TARGET VERSION") }
        let text = line[(first + 1)..<last]
        guard !text.contains(0x20) else {
            throw .bad("the request line is not METHOD TARGET VERSION")
        }
        minorVersion = try Self.minorVersion(line[(last + 1)...])
        let target = try RequestTarget(text, method: method)
        self.method = method
        path = target.path
        query = target.query
        targetAuthority = target.authority
        bytes = line.count + 2
    }

    private static let protocolName = Array("HTTP/".utf8)

    /// A higher minor version than ours is served as 1.1 (RFC 9110 §2.5).
    private static func minorVersion(_ text: ArraySlice<UInt8>) throws(HTTPFailure) -> Int {
        let digits = text.dropFirst(protocolName.count)
        guard digits.count == 3, text.starts(with: protocolName),
            let major = digits.first, (0x30...0x39).contains(major),
            digits[digits.startIndex + 1] == UInt8(ascii: "."),
            let minor = digits.last, (0x30...0x39).contains(minor)
        else { throw .bad("the request line does not end in a version of HTTP") }
        guard major == UInt8(ascii: "1") else {
            throw HTTPFailure(505, "only HTTP/1.0 and HTTP/1.1 are spoken here")
        }
        return minor == UInt8(ascii: "0") ? 0 : 1
    }

    /// What of the fields decides how the message is read.
    private struct Deciding {
        var hosts = 0
        var host: String?
        var lengths = 0
        var length: String?
        var codings = 0
        var coding: String?
        var expect: String?

        init(_ headers: HeaderFields) {
            for field in headers.fields {
                if field.isNamed("host") {
                    hosts += 1
                    host = field.value
                } else if field.isNamed("content-length") {
                    lengths += 1
                    length = field.value
                } else if field.isNamed("transfer-encoding") {
                    codings += 1
                    coding = field.value
                } else if field.isNamed("expect"), expect == nil {
                    expect = field.value
                }
            }
        }
    }

    func request(_ headers: HeaderFields) throws(HTTPFailure) -> HTTPRequest {
        let deciding = Deciding(headers)
        let host = try host(deciding)
        if let expect = deciding.expect, minorVersion >= 1,
            expect.lowercased() != "100-continue"
        {
            throw HTTPFailure(417, "only 100-continue may be expected")
        }
        return HTTPRequest(
            method: method, path: path, query: query, authority: targetAuthority ?? host,
            minorVersion: minorVersion, headers: headers, framing: try framing(deciding))
    }

    /// Exactly one valid Host field; HTTP/1.0 may leave it out (RFC 9112 §3.2).
    private func host(_ deciding: Deciding) throws(HTTPFailure) -> String {
        guard deciding.hosts <= 1 else { throw .bad("there is more than one Host") }
        guard let host = deciding.host?.lowercased() else {
            guard minorVersion == 0 else { throw .bad("there is no Host") }
            return ""
        }
        guard RequestTarget.isAuthority(host.utf8) else { throw .bad("the Host is not valid") }
        return host
    }

    private func framing(_ deciding: Deciding) throws(HTTPFailure) -> BodyFraming {
        guard deciding.lengths <= 1 else { throw .bad("there is more than one Content-Length") }
        guard let coding = deciding.coding else {
            guard let length = deciding.length else { return .none }
            return .length(try contentLength(length))
        }
        guard deciding.lengths == 0 else {
            throw .bad("there are both Transfer-Encoding and Content-Length")
        }
        guard deciding.codings == 1, coding.lowercased() == "chunked" else {
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

/// The target of a request line taken apart: origin-form, absolute-form, or `*` (RFC 9112 §3.2).
struct RequestTarget: Equatable {
    var path: String
    var query: String?
    /// Of the absolute form only, in lower case.
    var authority: String?

    init(_ text: Substring, method: HTTPMethod) throws(HTTPFailure) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }) else {
            throw .bad("the request target holds a character it must not")
        }
        if text == "*" {
            guard method == .options else { throw .bad("the target * is for OPTIONS only") }
            path = "*"
            return
        }
        var rest = text
        if text.utf8.first != UInt8(ascii: "/") {
            guard let (authority, pathAndQuery) = try Self.absolute(text) else {
                throw .bad("the request target is neither a path nor a URL")
            }
            self.authority = authority
            rest = pathAndQuery
        }
        if let mark = rest.utf8.firstIndex(of: UInt8(ascii: "?")) {
            query = String(rest[rest.utf8.index(after: mark)...])
            rest = rest[..<mark]
        }
        path = rest.isEmpty ? "/" : String(rest)
        guard Self.isWellEncoded(path) else {
            throw .bad("the percent-encoding of the path is broken")
        }
    }

    private static func absolute(
        _ text: Substring
    ) throws(HTTPFailure) -> (authority: String, rest: Substring)? {
        let scheme = text.prefix(8).lowercased()
        let length = scheme == "https://" ? 8 : scheme.hasPrefix("http://") ? 7 : 0
        guard length > 0 else { return nil }
        let behind = text.dropFirst(length)
        let end = behind.utf8.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }
        let authority = behind[..<(end ?? behind.endIndex)].lowercased()
        guard isAuthority(authority) else { throw .bad("the URL's host is not valid") }
        return (authority, behind[(end ?? behind.endIndex)...])
    }

    /// `host`, `host:port`, `[v6]` or `[v6]:port`; no user information (RFC 9110 §4.2.4).
    static func isAuthority(_ text: String) -> Bool {
        var rest = Array(text.utf8)[...]
        if rest.first == UInt8(ascii: "[") {
            guard let end = rest.firstIndex(of: UInt8(ascii: "]")) else { return false }
            let inside = rest[(rest.startIndex + 1)..<end]
            let isAddress = inside.allSatisfy {
                hexValue($0) != nil || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".")
            }
            guard inside.count >= 2, isAddress else { return false }
            rest = rest[(end + 1)...]
        } else {
            let host = rest.prefix { $0 != UInt8(ascii: ":") }
            guard !host.isEmpty, host.allSatisfy(isHostByte) else { return false }
            rest = rest[host.endIndex...]
        }
        guard let colon = rest.first else { return true }
        let port = rest.dropFirst()
        return colon == UInt8(ascii: ":") && port.count <= 5
            && port.allSatisfy { (0x30...0x39).contains($0) }
    }

    /// Letters, digits, `-`, `.` and `_`: names of the DNS. Percent-encoding and the other
    /// characters of reg-name (RFC 3986 §3.2.2) occur in no host that is ours.
    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Every `%` is followed by two hexadecimal digits, and none is `%00`.
    private static func isWellEncoded(_ path: String) -> Bool {
        let bytes = Array(path.utf8)
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "%") else {
                index += 1
                continue
            }
            guard index + 2 < bytes.count, let high = hexValue(bytes[index + 1]),
                let low = hexValue(bytes[index + 2]), high | low != 0
            else { return false }
            index += 3
        }
        return true
    }
}

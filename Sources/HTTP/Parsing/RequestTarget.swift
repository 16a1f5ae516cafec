import Core

/// The target of a request line taken apart: origin-form, absolute-form, or `*` (RFC 9112 §3.2).
struct RequestTarget: Equatable {
    var path: String
    var query: String?
    /// Of the absolute form only, in lower case.
    var authority: String?

    init(_ text: ArraySlice<UInt8>, method: HTTPMethod) throws(HTTPFailure) {
        guard text.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }) else {
            throw .bad("the request target holds a character it must not")
        }
        if text.count == 1, text.first == UInt8(ascii: "*") {
            guard method == .options else { throw .bad("the target * is for OPTIONS only") }
            path = "*"
            return
        }
        var rest = text
        if text.first != UInt8(ascii: "/") {
            guard let (authority, pathAndQuery) = try Self.absolute(text) else {
                throw .bad("the request target is neither a path nor a URL")
            }
            self.authority = authority
            rest = pathAndQuery
        }
        if let mark = rest.firstIndex(of: UInt8(ascii: "?")) {
            query = String(decoding: rest[(mark + 1)...], as: UTF8.self)
            rest = rest[..<mark]
        }
        guard Self.isWellEncoded(rest) else {
            throw .bad("the percent-encoding of the path is broken")
        }
        path = rest.isEmpty ? "/" : String(decoding: rest, as: UTF8.self)
    }

    private static func absolute(
        _ text: ArraySlice<UInt8>
    ) throws(HTTPFailure) -> (authority: String, rest: ArraySlice<UInt8>)? {
        let scheme = String(decoding: text.prefix(8), as: UTF8.self).lowercased()
        let length = scheme == "https://" ? 8 : scheme.hasPrefix("http://") ? 7 : 0
        guard length > 0 else { return nil }
        let behind = text.dropFirst(length)
        let end =
            behind.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }
            ?? behind.endIndex
        let authority = String(decoding: behind[..<end], as: UTF8.self).lowercased()
        guard isAuthority(authority.utf8) else { throw .bad("the URL's host is not valid") }
        return (authority, behind[end...])
    }

    /// `host`, `host:port`, `[v6]` or `[v6]:port`; no user information (RFC 9110 §4.2.4).
    static func isAuthority(_ text: String.UTF8View) -> Bool {
        var rest = text[...]
        if rest.first == UInt8(ascii: "[") {
            guard let end = rest.firstIndex(of: UInt8(ascii: "]")) else { return false }
            let inside = String(Substring(rest[..<end].dropFirst()))
            guard inside.utf8.contains(UInt8(ascii: ":")), IPAddress(inside) != nil else {
                return false
            }
            rest = rest[end...].dropFirst()
        } else {
            let host = rest.prefix { $0 != UInt8(ascii: ":") }
            guard !host.isEmpty, host.allSatisfy(isHostByte) else { return false }
            rest = rest[host.endIndex...]
        }
        guard let colon = rest.first else { return true }
        let port = rest.dropFirst()
        guard colon == UInt8(ascii: ":"), port.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return false
        }
        return port.isEmpty || port.count <= 5 && UInt16(Substring(port)) != nil
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
    private static func isWellEncoded(_ path: ArraySlice<UInt8>) -> Bool {
        var index = path.startIndex
        while index < path.endIndex {
            guard path[index] == UInt8(ascii: "%") else {
                index += 1
                continue
            }
            guard index + 2 < path.endIndex, let high = HexDigit.value(path[index + 1]),
                let low = HexDigit.value(path[index + 2]), high | low != 0
            else { return false }
            index += 3
        }
        return true
    }
}

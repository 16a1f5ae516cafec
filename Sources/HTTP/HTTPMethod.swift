/// A request method: any token (RFC 9110 §9.1), compared with its case.
package struct HTTPMethod: Hashable, Sendable, CustomStringConvertible {
    package let name: String

    /// Nil when the name is not a token.
    package init?(_ name: String) {
        guard !name.isEmpty, name.utf8.allSatisfy(isTokenByte) else { return nil }
        self.name = name
    }

    private init(known name: String) {
        self.name = name
    }

    /// The method of a request line's octets; nil when they are no token.
    init?(_ bytes: ArraySlice<UInt8>) {
        guard !bytes.isEmpty, bytes.allSatisfy(isTokenByte) else { return nil }
        name = String(decoding: bytes, as: UTF8.self)
    }

    package static let get = HTTPMethod(known: "GET")
    package static let head = HTTPMethod(known: "HEAD")
    package static let post = HTTPMethod(known: "POST")
    package static let put = HTTPMethod(known: "PUT")
    package static let patch = HTTPMethod(known: "PATCH")
    package static let delete = HTTPMethod(known: "DELETE")
    package static let options = HTTPMethod(known: "OPTIONS")

    package var description: String { name }
}

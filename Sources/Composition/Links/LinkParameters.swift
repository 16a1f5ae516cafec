import Core

/// What `link-parameters` adds to the targets of a mailing's counted links, such as `utm_source`.
///
/// The same for everybody: what it adds tells nothing of a person. A link that names a parameter
/// itself keeps its own.
package struct LinkParameters: Hashable, Sendable {
    /// Why a parameter is refused.
    enum Invalid: Error {
        case name, value, duplicate, tooMany

        var reason: String {
            switch self {
            case .name:
                "a parameter's name has 1 to 64 letters, digits, -, _ and ."
            case .value: "a parameter's value has 1 to 200 octets"
            case .duplicate: "this parameter is given twice"
            case .tooMany: "at most \(LinkParameters.limit) parameters are added"
            }
        }
    }

    private static let limit = 20

    /// Names, and values ready for a query.
    private var pairs: [(name: String, value: String)] = []

    package init() {}

    package var isEmpty: Bool { pairs.isEmpty }

    mutating func add(_ name: String, _ value: String) throws(Invalid) {
        let isName =
            (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { PercentCoding.isUnreserved($0) && $0 != UInt8(ascii: "~") }
        guard isName else { throw .name }
        guard (1...200).contains(value.utf8.count) else { throw .value }
        guard !pairs.contains(where: { $0.name == name }) else { throw .duplicate }
        guard pairs.count < Self.limit else { throw .tooMany }
        pairs.append((name, PercentCoding.encoded(value)))
    }

    /// A target with what it does not name itself, behind its query and before its fragment
    /// (RFC 3986 §3).
    func added(to target: String) -> String {
        guard !pairs.isEmpty else { return target }
        let fragment = target.firstIndex(of: "#") ?? target.endIndex
        let address = target[..<fragment]
        let query = address.firstIndex(of: "?").map { address[address.index(after: $0)...] }
        let own = Set((query ?? "").split(separator: "&").map { $0.prefix { $0 != "=" } })
        let added = pairs.filter { !own.contains(Substring($0.name)) }
            .map { "\($0.name)=\($0.value)" }.joined(separator: "&")
        guard !added.isEmpty else { return target }
        let sign = query == nil ? "?" : query == "" || address.hasSuffix("&") ? "" : "&"
        return "\(address)\(sign)\(added)\(target[fragment...])"
    }

    package static func == (a: Self, b: Self) -> Bool {
        a.pairs.elementsEqual(b.pairs) { $0 == $1 }
    }

    package func hash(into hasher: inout Hasher) {
        for pair in pairs {
            hasher.combine(pair.name)
            hasher.combine(pair.value)
        }
    }
}

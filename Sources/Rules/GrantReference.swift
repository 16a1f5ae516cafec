import Diagnostics

/// A place in a file that names colleagues or another system, which only maild.conf declares: the
/// folder names, the configuration grants.
package struct GrantReference: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        case staff, webhook
    }

    package var kind: Kind
    package var name: String
    package var path: String
    package var position: SourcePosition
    /// The line it stands in, for the caret.
    package var line: String

    /// The finding to report when maild.conf has no such section.
    package func unknown(among known: some Sequence<String>) -> Finding {
        Finding(
            code: "unknown-\(kind.rawValue)", path: path, position: position, line: line,
            unknownName(kind.rawValue, name, among: Array(known))
                + "; maild.conf declares it as [\(kind.rawValue) \(name)]")
    }
}

/// Where a client connects to.
package enum Endpoint: Hashable, Sendable, CustomStringConvertible {
    /// A name or an address in figures.
    case tcp(host: String, port: UInt16)
    case unix(path: String)

    package var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): path
        }
    }
}

internal import Curl

/// `smtp://host[:port]` or `smtps://host[:port]` of a command line. To the loopback in the clear,
/// elsewhere with STARTTLS.
func relay(from url: String) -> Relay? {
    for (scheme, standardPort) in [("smtp://", UInt16(25)), ("smtps://", 465)]
    where url.hasPrefix(scheme) {
        var host = url.dropFirst(scheme.count)
        if host.last == "/" { host = host.dropLast() }
        var port = standardPort
        if let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") {
            guard let given = UInt16(host[host.index(after: colon)...]), given > 0 else {
                return nil
            }
            port = given
            host = host[..<colon]
        }
        if host.first == "[", host.last == "]" { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else { return nil }
        let isLoopback = host == "localhost" || host == "::1" || host.hasPrefix("127.")
        let tls: Relay.TLSPolicy =
            scheme == "smtps://" ? .implicit : isLoopback ? .off : .require
        return Relay(host: String(host), port: port, tls: tls)
    }
    return nil
}

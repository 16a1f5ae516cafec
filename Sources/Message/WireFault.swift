/// Why bytes may not go to a relay. Nothing behind `WireMessage` protects the wire: libcurl's raw
/// session sends what it is given, and a relay that takes a bare line feed for a line end can be
/// made to see a second message (SMTP smuggling, CVE-2023-51764).
package enum WireFault: Error, Hashable, Sendable {
    /// There are no bytes at all.
    case empty
    /// A carriage return that no line feed follows, at this byte.
    case bareCarriageReturn(at: Int)
    /// A line feed that no carriage return precedes, at this byte.
    case bareLineFeed(at: Int)
    /// A NUL at this byte.
    case nul(at: Int)
    /// A byte over 127, at this place.
    case eightBit(at: Int)
    /// The line that starts at this byte has more than 998 octets (RFC 5322 §2.1.1).
    case lineTooLong(at: Int)
    /// A line starts with a dot, which DATA would take for its end or swallow
    /// (RFC 5321 §4.5.2).
    case leadingDot(at: Int)
    /// The last line has no line end.
    case unterminated
}

extension WireFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .empty: "the message is empty"
        case .bareCarriageReturn(let at): "bare carriage return at byte \(at) of the message"
        case .bareLineFeed(let at): "bare line feed at byte \(at) of the message"
        case .nul(let at): "NUL at byte \(at) of the message"
        case .eightBit(let at): "8-bit byte at byte \(at) of the message"
        case .lineTooLong(let at): "line over 998 octets at byte \(at) of the message"
        case .leadingDot(let at): "line that starts with a dot at byte \(at) of the message"
        case .unterminated: "the message does not end with a line end"
        }
    }
}

/// Why a message could not be made. The person it was for is held; the values themselves are left
/// out, since they may be personal.
package enum MessageFault: Error, Hashable, Sendable {
    /// The header's value holds CR, LF, NUL or another control character.
    case control(header: String)
    /// The header's value is longer than `HeaderWriter.valueLimit` octets.
    case tooLong(header: String)
    /// The header needs an ASCII address, and this one is international (RFC 6532 needs SMTPUTF8
    /// all the way; a domain can be given as A-labels).
    case international(header: String)
    /// The header wants an identifier, a host name or a URL, and the value is none.
    case malformed(header: String)
    /// The header must not be empty.
    case empty(header: String)
    /// The serializer made bytes that the wire must not see: a defect of ours.
    case wire(WireFault)
}

extension MessageFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .control(let header): "a value with a line break or control character in \(header)"
        case .tooLong(let header): "\(header) is longer than \(HeaderWriter.valueLimit) octets"
        case .international(let header): "\(header) needs an address in ASCII"
        case .malformed(let header): "\(header) is malformed"
        case .empty(let header): "\(header) is empty"
        case .wire(let fault): fault.description
        }
    }
}

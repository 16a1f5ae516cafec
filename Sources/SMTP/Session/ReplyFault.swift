/// Why a server's bytes are no reply. The session that sent them is closed and not used again.
package enum ReplyFault: String, Error, Sendable {
    case malformed = "a line of the reply does not start with a three-digit code"
    case codesDiffer = "the lines of one reply bear different codes"
    case tooLong = "a reply is longer than 64 KB"
}

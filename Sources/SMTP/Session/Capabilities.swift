/// What a server said it can do in its last answer to EHLO (RFC 5321 §4.1.1.1).
package struct Capabilities: Hashable, Sendable {
    /// RFC 2920.
    package var pipelining = false
    /// RFC 6152.
    package var eightBitMIME = false
    /// RFC 6531.
    package var smtpUTF8 = false
    /// RFC 3461.
    package var dsn = false
    /// RFC 2034.
    package var enhancedStatusCodes = false
    /// RFC 3207.
    package var startTLS = false
    /// RFC 1870: the largest message in octets; nil when SIZE is not offered or names no limit.
    package var sizeLimit: Int?
    /// RFC 1870: whether `SIZE=` may be given to MAIL.
    package var size = false
    /// RFC 4954: the mechanisms, upper case, at most 20; empty when AUTH is not offered.
    package var authMechanisms: [String] = []

    package init() {}

    /// Takes one keyword line of the answer, code and separator left out. Unknown ones are ignored.
    package mutating func read(keyword line: some StringProtocol) {
        let words = line.split(separator: " ", maxSplits: 32).map { $0.uppercased() }
        guard let keyword = words.first else { return }
        switch keyword {
        case "PIPELINING": pipelining = true
        case "8BITMIME": eightBitMIME = true
        case "SMTPUTF8": smtpUTF8 = true
        case "DSN": dsn = true
        case "ENHANCEDSTATUSCODES": enhancedStatusCodes = true
        case "STARTTLS": startTLS = true
        case "SIZE":
            size = true
            if words.count > 1, let limit = Int(words[1]), limit > 0 { sizeLimit = limit }
        case "AUTH": add(mechanisms: words.dropFirst())
        default:
            // The draft's spelling, still sent beside the right one by some servers.
            if keyword.hasPrefix("AUTH=") {
                add(mechanisms: [String(keyword.dropFirst(5))] + words.dropFirst())
            }
        }
    }

    private mutating func add(mechanisms: some Sequence<String>) {
        for mechanism in mechanisms
        where authMechanisms.count < 20 && !mechanism.isEmpty
            && !authMechanisms.contains(mechanism)
        {
            authMechanisms.append(mechanism)
        }
    }
}

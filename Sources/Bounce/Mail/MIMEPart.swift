/// One piece of a message that was taken apart.
struct MIMEPart: Sendable {
    enum Role: Sendable {
        /// A part with a body of its own.
        case leaf
        /// What stands before the first boundary of a multipart; the only text of notices whose
        /// boundary is wrong.
        case preamble
    }

    var role: Role
    /// Its own header; where it begins an enclosed message, that message's.
    var header: MailHeader
    var type: ContentType
    /// In the message's bytes, still encoded.
    var body: Range<Int>
    /// How many enclosed messages it stands in: 0 is the notice itself.
    var enclosure: Int
}

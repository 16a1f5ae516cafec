package import Core
package import Store

/// What was sent, as the endpoint asks for it: from the frozen version and the merge row, never
/// from today's profile or the URL.
package protocol MailArchive: Sendable {
    /// Where the nth link of a delivery leads. Called for every click: fixed targets must come
    /// from memory.
    func target(
        ofLink number: Int, of delivery: DeliveryRecord, in reader: ReadAccess, at now: Instant
    ) throws -> ArchivedLink

    /// Where the nth link of a version leads, which is the same for everybody.
    func target(
        ofLink number: Int, ofVersion version: Int64, in reader: ReadAccess, at now: Instant
    ) throws -> ArchivedLink

    /// The HTML that this person got; nil when it is no longer kept.
    func html(of delivery: DeliveryRecord, in reader: ReadAccess) throws -> [UInt8]?
}

/// What the archive knows of a link.
package enum ArchivedLink: Hashable, Sendable {
    /// An http or https URL, ready for a `Location` field, and the number of the link in the
    /// template.
    case leads(to: String, templateLink: Int)
    /// The mailing never had such a link.
    case unknown
    /// The target depended on the person, and what it was made from is no longer kept.
    case gone
    /// The mailing says that its links lead nowhere any more.
    case over
}

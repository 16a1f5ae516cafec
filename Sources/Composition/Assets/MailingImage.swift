import Core

/// An image of the folder that a mailing shows.
package struct MailingImage: Hashable, Sendable {
    /// Relative to the folder.
    package var path: String
    /// Of its bytes.
    package var hash: ContentID
    package var file: ImageFile

    /// What it is called in public: the same bytes have the same name.
    package var publicName: String { "\(hash).\(file.format.ending)" }

    /// For an image that travels with the message (RFC 2392).
    func contentID(_ domain: String) -> String { "\(hash)@\(domain)" }
}

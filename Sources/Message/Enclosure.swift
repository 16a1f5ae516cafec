/// A file that travels with a message.
package struct Enclosure: Sendable, Hashable {
    package enum Role: Sendable, Hashable {
        /// Shown where the HTML part says `cid:…` (RFC 2392); `left@right` without brackets.
        case inline(contentID: String)
        case attachment
    }

    package var role: Role
    /// As the recipient sees it; any text.
    package var fileName: String
    /// `image/png`: ours, never from outside.
    package var mediaType: String
    package var bytes: [UInt8]

    package init(_ role: Role, fileName: String, mediaType: String, bytes: [UInt8]) {
        self.role = role
        self.fileName = fileName
        self.mediaType = mediaType
        self.bytes = bytes
    }
}

import Core

/// The files of a mailing version, encoded once: images that the HTML part shows and attachments.
///
/// All messages of the version share these bytes. Images stand with the bodies in a
/// multipart/related (RFC 2387), attachments with that in a multipart/mixed around it.
package struct Enclosures: Sendable {
    let hasInline: Bool
    let hasAttachments: Bool
    /// What follows the bodies: every file and the ends of the multiparts.
    let pieces: [WirePiece]
    let related: String
    let mixed: String

    /// Octets of memory that the encoded files take.
    package var byteCount: Int { pieces.reduce(0) { $0 + $1.bytes.count } }

    /// Encodes files, at least one; `id` is ASCII letters and digits, at most 50, and makes the
    /// boundaries those of this version.
    package init(_ files: [Enclosure], id: String) throws(MessageFault) {
        // `=_` occurs in neither quoted-printable nor base64, and the dot in no other boundary of
        // ours, so that none is the beginning of another.
        related = "=_r.\(id)"
        mixed = "=_m.\(id)"
        let inline = files.filter { if case .inline = $0.role { true } else { false } }
        let attachments = files.filter { $0.role == .attachment }
        hasInline = !inline.isEmpty
        hasAttachments = !attachments.isEmpty
        let octets = files.reduce(0) { $0 + $1.bytes.count }
        var writer = HeaderWriter(capacity: octets / 57 * 78 + files.count * 500 + 200)
        for file in inline { try Self.write(file, after: related, to: &writer) }
        if hasInline { writer.line("\r\n--\(related)--") }
        for file in attachments { try Self.write(file, after: mixed, to: &writer) }
        if hasAttachments { writer.line("\r\n--\(mixed)--") }
        do {
            pieces = try WirePiece.cut(writer.takeBytes())
        } catch {
            throw .wire(error)
        }
    }

    private static func write(
        _ file: Enclosure, after boundary: String, to writer: inout HeaderWriter
    ) throws(MessageFault) {
        writer.line("\r\n--\(boundary)")
        writer.literal("Content-Type", file.mediaType, HeaderParameter.lines("name", file.fileName))
        writer.literal("Content-Transfer-Encoding", "base64")
        switch file.role {
        case .inline(let contentID):
            try writer.messageID("Content-ID", contentID)
            writer.literal(
                "Content-Disposition", "inline", HeaderParameter.lines("filename", file.fileName))
        case .attachment:
            writer.literal(
                "Content-Disposition", "attachment",
                HeaderParameter.lines("filename", file.fileName))
        }
        writer.line("")
        var bytes = writer.takeBytes()
        Base64.appendLines(file.bytes, to: &bytes)
        writer = HeaderWriter(after: bytes)
    }
}

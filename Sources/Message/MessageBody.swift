/// What stands below the head of a letter: its bodies and enclosures as MIME parts (RFC 2046).
struct MessageBody {
    private let text: (any LetterBody)?
    private let html: (any LetterBody)?
    private let messageID: String
    private let enclosures: Enclosures?

    init(_ letter: PersonalLetter, _ enclosures: Enclosures?) {
        text = letter.text
        html = letter.html
        messageID = letter.messageID
        self.enclosures = enclosures
    }

    /// Writes the Content-Type that ends the head, and all that follows it.
    func write(to writer: inout HeaderWriter) {
        if let enclosures, enclosures.hasAttachments {
            writer.literal("Content-Type", "multipart/mixed", [parameter(enclosures.mixed)])
            writer.line("\r\n--\(enclosures.mixed)")
        }
        if let enclosures, enclosures.hasInline {
            writer.literal(
                "Content-Type", "multipart/related",
                ["type=\"\(bodyType)\"", parameter(enclosures.related)])
            writer.line("\r\n--\(enclosures.related)")
        }
        guard let text, let html else {
            Self.writePart(bodyType, html ?? text ?? [UInt8](), to: &writer)
            return
        }
        writeAlternatives(text, html, to: &writer)
    }

    private func parameter(_ boundary: String) -> String { "boundary=\"\(boundary)\"" }

    private var bodyType: String {
        if text != nil, html != nil { return "multipart/alternative" }
        return html == nil ? "text/plain" : "text/html"
    }

    private func writeAlternatives(
        _ text: any LetterBody, _ html: any LetterBody, to writer: inout HeaderWriter
    ) {
        let boundary = self.boundary
        writer.put(Self.alternativeStart)
        writer.line(boundary, "\"")
        writer.line("\r\n--", boundary)
        Self.writePart("text/plain", text, to: &writer)
        writer.line("\r\n--", boundary)
        Self.writePart("text/html", html, to: &writer)
        writer.line("\r\n--", boundary, "--")
    }

    private static let alternativeStart: HeaderWriter.Prepared = {
        var writer = HeaderWriter(capacity: 100)
        writer.startLiteral("Content-Type", "multipart/alternative", "boundary")
        return writer.takePrepared()
    }()

    private static let plainHead = head("text/plain; charset=utf-8")
    private static let htmlHead = head("text/html; charset=utf-8")

    private static func head(_ type: String) -> HeaderWriter.Prepared {
        var writer = HeaderWriter(capacity: 100)
        writer.literal("Content-Type", type)
        writer.literal("Content-Transfer-Encoding", "quoted-printable")
        writer.line("")
        return writer.takePrepared()
    }

    private static func writePart(
        _ type: String, _ body: any LetterBody, to writer: inout HeaderWriter
    ) {
        writer.put(type == "text/html" ? htmlHead : plainHead)
        writer.put(body)
    }

    /// Octets of a boundary.
    private static let boundaryLength = 52

    /// `=_` cannot occur in quoted-printable text, so no body can end its part (RFC 2045 §6.7);
    /// the Message-ID's letters keep it apart from that of a message around this one.
    private var boundary: String {
        var messageID = messageID
        return messageID.withUTF8 { octets in
            String(unsafeUninitializedCapacity: Self.boundaryLength) { letters in
                letters[0] = UInt8(ascii: "=")
                letters[1] = UInt8(ascii: "_")
                var count = 2
                for byte in octets where count < Self.boundaryLength {
                    switch byte {
                    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A:
                        letters[count] = byte
                        count += 1
                    default: break
                    }
                }
                return count
            }
        }
    }
}

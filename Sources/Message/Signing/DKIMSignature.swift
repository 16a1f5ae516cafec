import Core

/// The DKIM-Signature of one message (RFC 6376), relaxed/relaxed, without the cryptography: what is
/// to be hashed, what is to be signed, and the field that comes of it.
///
/// Every header field that matters is signed once more often than it occurs, so that none can be
/// added behind the signature's back (§8.15); among them both List-Unsubscribe fields, which
/// RFC 8058 §4 demands, and Feedback-ID, which Gmail reads only then.
package struct DKIMSignature: Sendable {
    package enum Algorithm: String, Sendable {
        case rsa = "rsa-sha256"
        /// RFC 8463: what is signed is the SHA-256 of the input.
        case ed25519 = "ed25519-sha256"
    }

    /// Whose signature it is, and where its public key is: `SELECTOR._domainkey.DOMAIN`.
    package struct Identity: Hashable, Sendable {
        package var domain: String
        package var selector: String
        package var algorithm: Algorithm

        package init(domain: String, selector: String, algorithm: Algorithm) {
            self.domain = domain
            self.selector = selector
            self.algorithm = algorithm
        }
    }

    /// The bytes that are signed.
    package let input: [UInt8]
    /// The field up to the empty `b=`, without a line end.
    private let field: [UInt8]

    static let signed = [
        "From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID", "List-Id",
        "List-Unsubscribe", "List-Unsubscribe-Post", "Feedback-ID", "MIME-Version", "Content-Type",
        "Content-Transfer-Encoding",
    ]

    /// Hands the canonical body of a message to `take`, piece by piece, in the order in which it is
    /// to be hashed. False when the message has no empty line behind its header.
    package static func body(
        of message: WireMessage, _ take: ([UInt8]) throws -> Void
    ) rethrows -> Bool {
        guard let head = message.pieces.first, let header = HeaderFields(head.bytes) else {
            return false
        }
        var body = RelaxedBody()
        body.append(head.bytes[header.end...])
        try take(body.bytes)
        for piece in message.pieces.dropFirst() {
            body.append(piece.bytes[...])
            try take(body.bytes)
        }
        return true
    }

    /// Nil when the message has no header. `bodyHash` is the SHA-256 of what `body` handed out.
    package init?(
        of message: WireMessage, by identity: Identity, bodyHash: [UInt8], at now: Instant
    ) {
        guard let head = message.pieces.first, let header = HeaderFields(head.bytes) else {
            return nil
        }
        var names: [String] = []
        var input: [UInt8] = []
        for name in Self.signed {
            let found = header.fields.filter { $0.name == name.lowercased() }
            // The last of a name comes first (§5.4.2).
            for field in found.reversed() {
                input += HeaderFields.relaxed(field.bytes) + [0x0D, 0x0A]
            }
            names += Array(repeating: name, count: found.count + 1)
        }
        field = Self.field(identity, names, bodyHash, now)
        self.input = input + HeaderFields.relaxed(field[...])
    }

    /// The message with the field in front of it.
    package func sign(
        _ message: WireMessage, with signature: [UInt8]
    ) throws(WireFault) -> WireMessage {
        var bytes = field
        for line in Base64.encoded(signature).chunks(of: 72) { bytes += [0x0D, 0x0A, 0x20] + line }
        bytes += [0x0D, 0x0A]
        return WireMessage(try WireMessage(scanning: bytes), followedBy: message.pieces)
    }

    private static func field(
        _ identity: Identity, _ names: [String], _ bodyHash: [UInt8], _ now: Instant
    ) -> [UInt8] {
        var text = "DKIM-Signature: v=1; a=\(identity.algorithm.rawValue); c=relaxed/relaxed;"
        text += "\r\n d=\(identity.domain); s=\(identity.selector);"
        text += "\r\n t=\(max(0, now.milliseconds / 1000)); h="
        var column = 30
        for (index, name) in names.enumerated() {
            let part = index == names.count - 1 ? "\(name);" : "\(name):"
            if column + part.utf8.count > 76 {
                text += "\r\n "
                column = 1
            }
            text += part
            column += part.utf8.count
        }
        text += "\r\n bh=\(String(decoding: Base64.encoded(bodyHash), as: UTF8.self)); b="
        return Array(text.utf8)
    }
}

extension [UInt8] {
    fileprivate func chunks(of size: Int) -> [ArraySlice<UInt8>] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }
}

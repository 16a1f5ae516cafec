package import Core
package import Message
package import Seal

/// Signs outgoing mail with the keys of its From domain (DKIM, RFC 6376), where no relay does.
package final class MailSigner: Sendable {
    /// A key and where receivers find its public half.
    package struct Identity: Sendable {
        package var domain: String
        package var selector: String
        package var key: SigningKey

        package init(domain: String, selector: String, key: SigningKey) {
            self.domain = domain
            self.selector = selector
            self.key = key
        }

        fileprivate var dkim: DKIMSignature.Identity {
            DKIMSignature.Identity(
                domain: domain, selector: selector,
                algorithm: key.kind == .rsa ? .rsa : .ed25519)
        }
    }

    /// The message has no header that could be signed: a defect of ours.
    package struct Unsignable: Error {}

    private let identities: [String: [Identity]]

    package init(_ identities: [Identity]) {
        self.identities = Dictionary(grouping: identities, by: \.domain)
    }

    /// The message with one signature for each key of the From domain, or of the nearest domain
    /// above it that has any (which DMARC accepts, RFC 7489 §3.1.1); as it is where none has.
    package func sign(
        _ message: WireMessage, from domain: String, at now: Instant
    ) throws -> WireMessage {
        let keys = identities(of: domain.lowercased())
        guard !keys.isEmpty else { return message }
        let digest = try SHA256Digest()
        guard try DKIMSignature.body(of: message, { try digest.update($0) }) else {
            throw Unsignable()
        }
        let bodyHash = try digest.finish()
        var signed = message
        for identity in keys {
            guard
                let signature = DKIMSignature(
                    of: message, by: identity.dkim, bodyHash: bodyHash, at: now)
            else { throw Unsignable() }
            var input = signature.input
            if identity.key.kind == .ed25519 {
                let digest = try SHA256Digest()
                try digest.update(input)
                input = try digest.finish()
            }
            signed = try signature.sign(signed, with: try identity.key.sign(input))
        }
        return signed
    }

    private func identities(of domain: String) -> [Identity] {
        var name = domain[...]
        while true {
            if let found = identities[String(name)] { return found }
            guard let dot = name.firstIndex(of: ".") else { return [] }
            name = name[name.index(after: dot)...]
        }
    }
}

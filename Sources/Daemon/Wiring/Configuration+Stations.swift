internal import Bounce
internal import Configuration
internal import Core
internal import Curl
internal import Desk
internal import Glibc
internal import Loop
internal import Pacing
internal import Seal
internal import Sending
internal import Versions

/// What each station is told of the configuration.
extension Configuration {
    var names: Identities.Names {
        Identities.Names(
            publicURL: publicURL.text, returnPathDomain: sending.returnPathDomain,
            messageIDDomain: sending.messageIDDomain ?? sending.returnPathDomain,
            listDomain: sending.listIDDomain ?? publicURL.host)
    }

    func deskSettings(zone: Zone) -> DeskSettings {
        var settings = DeskSettings(
            templates: templates, previews: previews,
            grants: templateGrants)
        settings.releaseLimit = releaseLimit
        settings.coolOff = coolOff
        settings.zone = zone
        return settings
    }

    /// Reads the keys that mail is signed with; nil when there are none. Throws when one cannot be
    /// used: mail that a domain promises to sign must not go out unsigned.
    func mailSigner() throws -> MailSigner? {
        guard !signatures.isEmpty else { return nil }
        return MailSigner(
            try signatures.map { signature in
                do {
                    let pem = try SecretFile.read(signature.keyFile, credentials: Self.credentials)
                    return MailSigner.Identity(
                        domain: signature.domain, selector: signature.selector,
                        key: try SigningKey(pem: pem))
                } catch {
                    throw StartFailure(
                        "the key of [dkim] \(signature.selector)._domainkey.\(signature.domain): "
                            + "\(error)")
                }
            })
    }

    /// Where systemd puts what `LoadCredential=` names.
    static var credentials: String? {
        getenv("CREDENTIALS_DIRECTORY").map { String(cString: $0) }
    }

    /// Reads the password files; throws when one cannot be read.
    func sendingOptions(_ classifier: Classifier) throws -> SendingOptions {
        var options = SendingOptions(
            relays: try relays.map { relay in
                var options = SendingOptions.RelayOptions(
                    name: relay.name, relay: try relay.curlRelay(), sessions: relay.sessions,
                    rate: relay.rate, messagesPerConnection: relay.sessionMessages)
                options.connectionAge = relay.sessionAge
                options.weight = relay.weight
                options.warmUp = relay.warmUp
                options.senderDomains = relay.senderDomains
                return options
            }, flightLogPath: runtimeDirectory + "/flight.log")
        options.rate = sending.rate
        options.destinations = DestinationGroups(
            Dictionary(
                destinations.map { ($0.name, $0.domains) }, uniquingKeysWith: { $0 + $1 }))
        for destination in destinations {
            options.destinationRates[destination.name] = destination.rate
            options.destinationWarmUps[destination.name] = destination.warmUp
            options.destinationConcurrency[destination.name] = destination.concurrency
        }
        options.stopWait = sending.stopWait
        options.retry.backOff = BackOff(base: sending.retryFirst, cap: sending.retryCap)
        options.retry.lifetime = sending.lifetime
        options.hours = window
        options.retry.classifier = classifier
        return options
    }
}

extension Configuration.Relay {
    func curlRelay() throws -> Curl.Relay {
        let policy: Curl.Relay.TLSPolicy =
            scheme == "smtps" ? .implicit : tls == .off ? .off : .require
        let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        var relay = Curl.Relay(
            host: bare, port: UInt16(port), tls: policy, authoritiesFile: caFile,
            credentials: try credentials(), ownName: ehloName ?? Self.hostName)
        if let clientCertificate, let clientKey {
            relay.certificate = .init(file: clientCertificate, keyFile: clientKey)
            for file in [clientCertificate, clientKey] where access(file, R_OK) != 0 {
                throw StartFailure(
                    "relay \(name): \(file): \(String(cString: strerror(errno)))")
            }
        }
        relay.connectTimeout = .seconds(30)
        return relay
    }

    private func credentials() throws -> Curl.Relay.Credentials? {
        guard let user, let passwordFile else { return nil }
        let bytes: [UInt8]
        do {
            bytes = try SecretFile.read(passwordFile, credentials: Configuration.credentials)
        } catch {
            throw StartFailure("the password-file of relay \(name): \(error)")
        }
        let password = String(decoding: bytes, as: UTF8.self).trimmed
        guard !password.isEmpty else {
            throw StartFailure("the password-file of relay \(name) is empty")
        }
        return Curl.Relay.Credentials(user: user, password: password)
    }

    private static var hostName: String {
        var name = [UInt8](repeating: 0, count: 256)
        let failed = name.withUnsafeMutableBytes { bytes in
            gethostname(bytes.baseAddress!.assumingMemoryBound(to: CChar.self), 255) != 0
        }
        let text = String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
        return failed || text.isEmpty ? "localhost" : text
    }
}

/// Why the daemon cannot start, in a sentence for the log.
struct StartFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

package import Core
internal import Sections

extension Configuration {
    /// Colleagues whom actions may notify, by the name that the folder calls them.
    package struct Staff: Hashable, Sendable {
        package var name: String
        package var to: [EmailAddress] = []
    }

    /// Another system that actions may call.
    package struct Webhook: Hashable, Sendable {
        package var name: String
        package var url = ""
        /// An absolute path, or the name of a systemd credential.
        package var secretFile = ""
        package var caFile: String?
    }
}

extension ConfigurationReader {
    mutating func staff(_ section: Section) -> Configuration.Staff {
        var staff = Configuration.Staff(name: section.name ?? "")
        set(&staff.to, section["to"], addresses)
        if section["to"] == nil {
            refuse(at: section.offset, "[staff \(staff.name)] needs to = ADDRESS, ADDRESS …")
        }
        return staff
    }

    mutating func webhook(_ section: Section) -> Configuration.Webhook {
        var webhook = Configuration.Webhook(name: section.name ?? "")
        set(&webhook.url, section["url"], webhookURL)
        set(&webhook.secretFile, section["secret-file"], secretFile)
        set(&webhook.caFile, section["ca-file"], { path($0).map { $0 } })
        if section["url"] == nil || section["secret-file"] == nil {
            refuse(
                at: section.offset,
                "[webhook \(webhook.name)] needs url = https://… and secret-file = PATH")
        }
        return webhook
    }
}

private func addresses(_ text: String) -> Reading<[EmailAddress]> {
    var found: [EmailAddress] = []
    for part in text.split(separator: ",").map(\.trimmed) where !part.isEmpty {
        guard let address = try? EmailAddress(part) else {
            return wrong("expected addresses between commas")
        }
        found.append(address)
    }
    return (1...20).contains(found.count) ? .success(found) : wrong("expected 1 to 20 addresses")
}

/// What is posted is about people: in the clear it goes no further than this host.
private func webhookURL(_ text: String) -> Reading<String> {
    let bytes = text.utf8
    guard bytes.count <= 2000, bytes.allSatisfy({ (0x21..<0x7F).contains($0) }) else {
        return wrong("expected a URL of visible ASCII")
    }
    let isSecure = text.hasPrefix("https://")
    let authority = text.dropFirst(isSecure ? 8 : 7).prefix { !"/?#".contains($0) }
    let host = authority.prefix { $0 != ":" }
    let isLocal = ["127.0.0.1", "localhost"].contains(host) || authority.hasPrefix("[::1]")
    // A name before @ would hide the host.
    guard isSecure || text.hasPrefix("http://") && isLocal, !authority.isEmpty,
        !authority.contains("@")
    else { return wrong("expected https://HOST/PATH; http:// is for this host alone") }
    guard !text.contains("#") else { return wrong("a URL that is called has no #fragment") }
    return .success(text)
}

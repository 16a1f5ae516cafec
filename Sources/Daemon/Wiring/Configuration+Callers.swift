internal import Configuration
internal import Core
internal import Site
internal import Store

/// What the endpoint is told of other systems.
extension Configuration {
    /// Octets of a key, at least: nobody guesses it.
    private static let leastKey = 32

    /// Adds who may report. Reads the keys; throws when one cannot be read or is too short.
    func grantCallers(_ options: inout SiteOptions, rules: RulesInForce) throws {
        options.rules = rules
        options.attributionWindow = conversions.window
        options.visitHosts = Set(conversions.hosts)
        options.holdsMarketing = holdsMarketing
        options.callers = try callers.map { caller in
            let bytes: [UInt8]
            do {
                bytes = try SecretFile.read(caller.keyFile, credentials: Self.credentials)
            } catch {
                throw StartFailure("the key-file of caller \(caller.name): \(error)")
            }
            let key = String(decoding: bytes, as: UTF8.self).trimmed
            guard key.utf8.count >= Self.leastKey,
                key.utf8.allSatisfy({ (0x21..<0x7F).contains($0) })
            else {
                throw StartFailure(
                    "the key of caller \(caller.name) has fewer than \(Self.leastKey) characters, "
                        + "or others than visible ASCII: openssl rand -hex 32 makes one")
            }
            var granted = SiteCaller(name: caller.name, key: key)
            granted.mayReportEvents = caller.rights.contains(.events)
            granted.mayChangeProfiles = caller.rights.contains(.profiles)
            granted.maySubscribe = caller.rights.contains(.subscribe)
            granted.kinds = caller.kinds.isEmpty ? nil : Set(caller.kinds)
            granted.rate = caller.rate
            return granted
        }
        guard Set(options.callers.map(\.key)).count == options.callers.count else {
            throw StartFailure("two callers have the same key")
        }
    }
}

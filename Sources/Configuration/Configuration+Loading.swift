package import Composition
package import Diagnostics
internal import Glibc

/// Why there is no configuration.
package enum ConfigurationError: Error, CustomStringConvertible {
    /// The file cannot be read; with the system's reason.
    case unreadable(path: String, reason: String)
    /// What is wrong with it, all of it.
    case refused([Finding])

    package var description: String {
        switch self {
        case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
        case .refused(let findings): findings.map(\.report).joined(separator: "\n")
        }
    }
}

extension Configuration {
    /// Reads and judges the file at `path`, of at most 1 MiB.
    package static func load(
        _ path: String, for purpose: Purpose = .running
    ) throws(ConfigurationError) -> Configuration {
        errno = EFBIG
        guard let bytes = SmallFile.read(path, maximumBytes: 1 << 20) else {
            throw .unreadable(path: path, reason: String(cString: strerror(errno)))
        }
        let (configuration, findings) = read(SourceText(path: path, bytes: bytes), for: purpose)
        guard !findings.contains(where: { $0.severity == .refuse }) else {
            throw .refused(findings)
        }
        return configuration
    }

    /// What the marketers' folder may use, as its templates are judged by it.
    package var templateGrants: Composition.Grants {
        Composition.Grants(
            fromDomains: grants.fromDomains, linkHosts: grants.linkHosts,
            proofDomains: grants.proofDomains,
            transactionalTopics: Set(grants.transactionalTopics),
            staff: Set(staff.map(\.name)), webhooks: Set(webhooks.map(\.name)))
    }
}

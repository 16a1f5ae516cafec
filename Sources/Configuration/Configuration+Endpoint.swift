package import Core
internal import Diagnostics
internal import Sections

extension Configuration {
    /// What the public endpoint bears with: the section [http].
    package struct HTTP: Hashable, Sendable {
        /// Further hosts under which requests are served, with port where it is not the scheme's.
        package var aliases: [String] = []
        /// Proxies whose word on a client's address is taken.
        package var trustedForwarders: [IPNetwork] = []
        package var headerBytes = 16 * 1024
        package var headerFields = 100
        package var headerTime = TimeSpan.seconds(10)
        package var bodyBytes = 64 * 1024
        package var bodyTime = TimeSpan.seconds(30)
        package var idle = TimeSpan.seconds(15)
        package var connections = 10_000
        package var connectionsPerAddress = 64
        package var retryAfter = TimeSpan.seconds(5)
        /// How long a stop waits for answers under way.
        package var drain = TimeSpan.seconds(5)
    }

    /// How many forms are taken: the section [forms].
    package struct Forms: Hashable, Sendable {
        /// How often an address is asked, whoever types it in wherever.
        package var addressPerDay = 3
        /// From one message to an address to the next.
        package var addressSpacing = TimeSpan.minutes(5)
        /// Forms that a network (24 bits of IPv4, 48 of IPv6) may send.
        package var networkPerHour = 30
    }

    /// How hits are kept and judged: the section [hits].
    package struct Hits: Hashable, Sendable {
        package enum Sync: String, Sendable, CaseIterable {
            /// Answered when the kernel has it; the disk has it some milliseconds later.
            case data
            /// Answered when it is on the disk.
            case strict
            /// Answered when the kernel has it, which tells the disk when it likes.
            case write
        }

        package var sync = Sync.data
        /// Octets of the journal while the database is away.
        package var capacity = 512 << 20
        /// A file of rules that come before the built-in ones.
        package var agents: String?
    }
}

extension ConfigurationReader {
    mutating func read(http section: Section, into http: inout Configuration.HTTP) {
        set(&http.aliases, section["aliases"], hosts)
        set(&http.trustedForwarders, section["trusted-forwarders"], networks)
        set(&http.headerBytes, section["header-bytes"], number(1024...1_048_576))
        set(&http.headerFields, section["header-fields"], number(10...10_000))
        set(&http.headerTime, section["header-time"], time)
        set(&http.bodyBytes, section["body-bytes"], number(1024...16_777_216))
        set(&http.bodyTime, section["body-time"], time)
        set(&http.idle, section["idle"], time)
        set(&http.connections, section["connections"], number(1...1_000_000))
        set(&http.connectionsPerAddress, section["connections-per-address"], number(1...1_000_000))
        set(&http.retryAfter, section["retry-after"], time)
        set(&http.drain, section["drain"], time)
    }

    mutating func read(forms section: Section, into forms: inout Configuration.Forms) {
        set(&forms.addressPerDay, section["address-per-day"], number(1...100))
        set(&forms.addressSpacing, section["address-spacing"], time)
        set(&forms.networkPerHour, section["network-per-hour"], number(1...100_000))
    }

    mutating func read(hits section: Section, into hits: inout Configuration.Hits) {
        set(&hits.sync, section["sync"], sync)
        set(&hits.capacity, section["capacity"], number(16_777_216...1_099_511_627_776))
        set(&hits.agents, section["agents"], { path($0).map { $0 } })
    }
}

/// A second to an hour.
private func time(_ text: String) -> Reading<TimeSpan> {
    span(text).flatMap { span in
        span >= .seconds(1) && span <= .hours(1) ? .success(span) : wrong("expected 1s to 1h")
    }
}

private func sync(_ text: String) -> Reading<Configuration.Hits.Sync> {
    Configuration.Hits.Sync(rawValue: text).map { .success($0) }
        ?? wrong("expected data, strict or write")
}

private func hosts(_ text: String) -> Reading<[String]> {
    let hosts = text.split(separator: ",").map { $0.trimmed.lowercased() }
    let isValid = hosts.allSatisfy { host in
        !host.isEmpty && host.utf8.count < 260
            && host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x2F && $0 != 0x40 }
    }
    return isValid && !hosts.isEmpty ? .success(hosts) : wrong("expected HOST or HOST:PORT, ...")
}

private func networks(_ text: String) -> Reading<[IPNetwork]> {
    var networks: [IPNetwork] = []
    for part in text.split(separator: ",") {
        guard let network = IPNetwork(part.trimmed) else {
            return wrong("expected addresses or networks such as 127.0.0.1, 10.0.0.0/8")
        }
        networks.append(network)
    }
    return networks.isEmpty ? wrong("expected at least one address") : .success(networks)
}

/// One or several addresses with their ports.
func endpoints(_ text: String) -> Reading<[Configuration.Endpoint]> {
    var endpoints: [Configuration.Endpoint] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
        switch endpoint(part.trimmed) {
        case .success(let one): endpoints.append(one)
        case .failure(let wrong): return .failure(wrong)
        }
    }
    return .success(endpoints)
}

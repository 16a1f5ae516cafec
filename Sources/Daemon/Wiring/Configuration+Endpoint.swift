internal import Configuration
internal import Core
internal import Glibc
internal import Journal
internal import Loop
internal import Site
internal import Sockets
internal import Store

/// What endpoint, journal and loop are told of the configuration.
extension Configuration {
    var siteOptions: SiteOptions {
        var options = SiteOptions(publicURL: publicURL.text)
        options.pages = templates + "/pages"
        options.aliases = http.aliases
        options.trustedForwarders = http.trustedForwarders
        options.drainMilliseconds = http.drain.milliseconds
        options.forms.networkPerHour = forms.networkPerHour
        options.forms.address.perDay = forms.addressPerDay
        options.forms.address.spacing = forms.addressSpacing
        return options
    }

    var httpOptions: HTTPServerOptions {
        var options = HTTPServerOptions()
        options.limit(
            headBytes: http.headerBytes, fields: http.headerFields, bodyBytes: http.bodyBytes)
        options.headMilliseconds = http.headerTime.milliseconds
        options.bodyMilliseconds = http.bodyTime.milliseconds
        options.idleMilliseconds = http.idle.milliseconds
        options.connections = http.connections
        options.connectionsPerAddress = http.connectionsPerAddress
        options.retryAfterSeconds = Int(http.retryAfter.milliseconds / 1000)
        options.threadName = "site"
        return options
    }

    var journalOptions: HitJournal.Options {
        var options = HitJournal.Options(directory: stateDirectory + "/journal")
        options.sync =
            switch hits.sync {
            case .data: .data
            case .strict: .strict
            case .write: .write
            }
        options.capacityBytes = Int64(hits.capacity)
        return options
    }

    /// Reads the file `agents`; throws when it cannot be read or holds what is no rule.
    func loopOptions() throws -> LoopOptions {
        var options = LoopOptions()
        options.judgingDelay = judgingDelay
        guard let path = hits.agents else { return options }
        guard let text = SmallFile.read(path, maximumBytes: 1 << 20) else {
            throw StartFailure("\(path) cannot be read, or is larger than 1 MB")
        }
        do throws(AgentList.Wrong) {
            options.agents = try AgentList(text).before(.standard)
        } catch {
            throw StartFailure("\(path): \(error)")
        }
        return options
    }

    /// The sockets that systemd holds for us (sd_listen_fds(3)), else those of `site`.
    func siteListeners() throws -> [Listener] {
        let passed = Self.passedSockets
        guard passed.isEmpty else { return try passed.map { try Listener(adopting: $0) } }
        return try listen.sites.map {
            try Listener(host: $0.bareHost, port: UInt16($0.port))
        }
    }

    private static var passedSockets: Range<Int32> {
        func number(_ name: String) -> Int32? {
            getenv(name).flatMap { Int32(String(cString: $0)) }
        }
        guard number("LISTEN_PID") == getpid(), let count = number("LISTEN_FDS"),
            (1...64).contains(count)
        else { return 0..<0 }
        return 3..<(3 + count)
    }
}

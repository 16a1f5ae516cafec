package import Core
package import Curl
package import Pacing
package import SMTP

/// How the station sends.
package struct SendingOptions: Sendable {
    package struct RelayOptions: Sendable {
        package var name: String
        package var relay: Relay
        /// Sessions at once, 1 to 1000.
        package var sessions: Int
        package var rate: Rate?
        package var messagesPerConnection: Int
        /// After this time a session says QUIT once what it has begun is through, so that a relay
        /// behind several machines is spread over them again.
        package var connectionAge = TimeSpan.minutes(5)
        /// Its share of the mail while others take mail too, 1 to 1000.
        package var weight = 1
        package var warmUp: WarmUp?
        /// The From domains whose mail goes over it and no other; empty: all that no relay names.
        package var senderDomains: [String] = []

        package init(
            name: String, relay: Relay, sessions: Int = 4, rate: Rate? = nil,
            messagesPerConnection: Int = 1000
        ) {
            self.name = name
            self.relay = relay
            self.sessions = min(max(sessions, 1), 1000)
            self.rate = rate
            self.messagesPerConnection = messagesPerConnection
        }
    }

    package var relays: [RelayOptions]
    /// Which domains keep one pace.
    package var destinations = DestinationGroups()
    /// Rates of destinations, by name; an operator's order goes before.
    package var destinationRates: [String: Rate] = [:]
    /// Warm-up curves of destinations, by name.
    package var destinationWarmUps: [String: WarmUp] = [:]
    /// Messages that may be under way to a destination at once, by its name.
    package var destinationConcurrency: [String: Int] = [:]
    /// Over all relays.
    package var rate: Rate?
    /// Places a session; sessions × window is the most that can be in doubt after a power cut.
    package var window = 16
    package var retry = RetryPolicy()
    /// The hours in which marketing mail may leave where a mailing says nothing; nil: always.
    package var hours: SendWindow?
    /// How long a relay rests after a failure: first, and at most.
    package var relayRest = BackOff(base: .seconds(1), cap: .minutes(5))
    /// Open transactions are given so long to finish at a stop.
    package var stopWait = TimeSpan.seconds(60)
    /// A session without work says QUIT after this time.
    package var idle = TimeSpan.seconds(5)
    package var timeouts = Timeouts()
    package var patience = Patience()
    /// Threads that compose; one a core is enough.
    package var renderers = 2
    /// On tmpfs, in a directory that survives a restart of the daemon.
    package var flightLogPath: String

    package init(relays: [RelayOptions], flightLogPath: String) {
        self.relays = relays
        self.flightLogPath = flightLogPath
    }

    var standingOrders: [String: DestinationOrder] {
        destinationRates.mapValues { .slow($0) }
    }

    var places: Int { min(65_536, relays.reduce(0) { $0 + $1.sessions } * max(1, window)) }
}

import Core
import Expression
import JSON
import Rules
import Store

/// What the control socket needs of the daemon around it; stations do not know each other.
package struct ControlHost: Sendable {
    package var version: String
    /// When the daemon started.
    package var started: Instant
    package var now: @Sendable () -> Instant
    /// What only the running stations know, an object that becomes `figures` of the status.
    package var figures: @Sendable () -> JSON
    /// Reads the configuration and the folder again. Returns what was done, in a sentence; throws
    /// when the new configuration is bad and nothing has changed.
    package var reload: @Sendable () throws -> String
    /// The people in a segment, as a condition in SQL. Throws for a name that is not known.
    package var audience: @Sendable (_ segment: String) throws -> SQLCondition
    /// Whom a mailing is for, by its version in force and the rules it was frozen with; nil when it
    /// has no audience of its own.
    package var audienceCondition:
        @Sendable (_ mailing: String) throws -> (condition: Expression, rules: LoopRules)?
    /// Why a mailing may not be released yet (its file is too young); nil when it may.
    package var releaseObstacle: @Sendable (_ mailing: String) throws -> String?
    /// Where a mailing's dry run stands, in words; nil when none is wanted or under way.
    package var dryRun: @Sendable (_ mailing: String) -> String?
    /// How a mailing would look: an array of objects with `person`, `outcome` and what belongs to it.
    /// Throws when there is no such mailing or person.
    package var preview: @Sendable (PreviewRequest) throws -> JSON
    /// Sends what a person would get to somebody else; returns the delivery. Throws when that may
    /// not be, or when she would get nothing.
    package var test: @Sendable (TestRequest) throws -> Int64
    /// Deliveries may have fallen due, or stopped: the sender should look.
    package var ledgerChanged: @Sendable () -> Void
    /// Destinations that are slow, rest or have mail waiting, an array of objects.
    package var destinations: @Sendable () -> JSON
    /// Carries out `slow` (with a rate), `rest` or `resume`; returns what was done, in a sentence.
    /// Throws when the rate is none.
    package var orderDestination: @Sendable (DestinationRequest) throws -> String
    /// All domains that are one destination with this one.
    package var domains: @Sendable (_ domain: String) -> [String]
    /// The relays, an array of objects.
    package var relays: @Sendable () -> JSON
    /// Lets a relay rest or resume; false when there is no such relay.
    package var orderRelay: @Sendable (_ name: String, _ rests: Bool) throws -> Bool
    /// Calls and notices may have fallen due: their thread should look.
    package var outgoingChanged: @Sendable () -> Void
    /// What slows a mailing down or stops it now, an array of objects with `what`, `state`,
    /// `reason`, `since` and `next`.
    package var obstacles: @Sendable (_ mailing: Int64) -> JSON
    /// Takes a message that came back; returns when it is committed. Throws when it is to be offered
    /// again.
    package var ingest: @Sendable (_ message: [UInt8], _ recipients: [String]) throws -> Void
    /// Messages that were not understood, an array of objects.
    package var quarantine: @Sendable () throws -> JSON
    /// How long a click or visit is credited with what is sold after it.
    package var attributionWindow: @Sendable () -> TimeSpan = { .days(7) }
    /// Whether a complaint made outside mail holds marketing until it is closed.
    package var holdsMarketing: @Sendable () -> Bool = { true }
    /// What other rules would have made of what has happened; throws with what is wrong with them.
    package var replay: @Sendable (ReplayCall) throws -> JSON
    /// By which bounces are judged.
    package var policy: @Sendable () -> BouncePolicy
    /// Adds a key that links are sealed with; returns from when on, in a sentence.
    package var rotateKeys: @Sendable () throws -> String = { "" }
    /// The A-labels of an international domain; nil when it has none.
    package var asciiDomain: @Sendable (String) -> String?
    /// A field was added by command: the folder's rules are to be read with it.
    package var fieldsChanged: @Sendable () -> Void

    package init(
        version: String, started: Instant, now: @escaping @Sendable () -> Instant,
        figures: @escaping @Sendable () -> JSON,
        reload: @escaping @Sendable () throws -> String,
        audience: @escaping @Sendable (String) throws -> SQLCondition,
        audienceCondition:
            @escaping @Sendable (String) throws -> (condition: Expression, rules: LoopRules)? = {
                _ in nil
            },
        releaseObstacle: @escaping @Sendable (String) throws -> String? = { _ in nil },
        dryRun: @escaping @Sendable (String) -> String? = { _ in nil },
        preview: @escaping @Sendable (PreviewRequest) throws -> JSON = { _ in [] },
        test: @escaping @Sendable (TestRequest) throws -> Int64 = { _ in 0 },
        ledgerChanged: @escaping @Sendable () -> Void = {},
        outgoingChanged: @escaping @Sendable () -> Void = {},
        destinations: @escaping @Sendable () -> JSON = { [] },
        orderDestination: @escaping @Sendable (DestinationRequest) throws -> String = { _ in "" },
        domains: @escaping @Sendable (String) -> [String] = { [$0] },
        relays: @escaping @Sendable () -> JSON = { [] },
        orderRelay: @escaping @Sendable (String, Bool) throws -> Bool = { _, _ in false },
        obstacles: @escaping @Sendable (Int64) -> JSON = { _ in [] },
        ingest: @escaping @Sendable ([UInt8], [String]) throws -> Void = { _, _ in },
        quarantine: @escaping @Sendable () throws -> JSON = { [] },
        replay: @escaping @Sendable (ReplayCall) throws -> JSON = { _ in [:] },
        policy: @escaping @Sendable () -> BouncePolicy = { BouncePolicy() },
        asciiDomain: @escaping @Sendable (String) -> String? = { $0 },
        fieldsChanged: @escaping @Sendable () -> Void = {}
    ) {
        self.fieldsChanged = fieldsChanged
        self.asciiDomain = asciiDomain
        self.domains = domains
        self.relays = relays
        self.orderRelay = orderRelay
        self.obstacles = obstacles
        self.outgoingChanged = outgoingChanged
        self.version = version
        self.started = started
        self.now = now
        self.figures = figures
        self.reload = reload
        self.audience = audience
        self.audienceCondition = audienceCondition
        self.releaseObstacle = releaseObstacle
        self.dryRun = dryRun
        self.preview = preview
        self.test = test
        self.ledgerChanged = ledgerChanged
        self.destinations = destinations
        self.orderDestination = orderDestination
        self.ingest = ingest
        self.quarantine = quarantine
        self.replay = replay
        self.policy = policy
    }
}

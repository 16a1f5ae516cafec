package import Composition
package import Core

/// What maild.conf says to the desk.
package struct DeskSettings: Sendable {
    /// The marketers' folder, watched.
    package var templates: String
    /// Where previews and errors are written.
    package var previews: String
    package var grants: Grants
    /// More recipients than this wait for a person.
    package var releaseLimit = 500
    /// How long a version must have been the same before it may start by itself.
    package var coolOff = TimeSpan.minutes(10)
    /// How long an error must last before it is published.
    package var errorDelay = TimeSpan.seconds(2)
    /// How often everything is looked at anew, since network mounts send no events.
    package var rescan = TimeSpan.seconds(60)
    /// In which dates without one are read.
    package var zone = Zone.utc

    package init(templates: String, previews: String, grants: Grants) {
        self.templates = templates
        self.previews = previews
        self.grants = grants
    }
}

/// What the desk takes from outside besides the folder and the store.
package struct DeskSurroundings: Sendable {
    /// The wall clock.
    package var clock: @Sendable () -> Instant
    /// The letters of an approval code, made with the daemon's key; nil when it cannot be used.
    package var codeLetters: @Sendable ([UInt8]) -> String?
    /// A time zone by its name.
    package var zones: @Sendable (String) -> Zone?
    /// Told after something came into force or was released, so that others look at once.
    package var changed: @Sendable () -> Void
    package var log: Log

    package init(
        clock: @escaping @Sendable () -> Instant,
        codeLetters: @escaping @Sendable ([UInt8]) -> String?,
        zones: @escaping @Sendable (String) -> Zone? = { _ in nil },
        changed: @escaping @Sendable () -> Void = {}, log: Log = .none
    ) {
        self.clock = clock
        self.codeLetters = codeLetters
        self.zones = zones
        self.changed = changed
        self.log = log
    }
}

import Core
import JSON
import Store

/// Why a profile is looked at: an event, or the time and changes that no event made.
///
/// Lives for one transaction, on the writer's thread.
final class Cause {
    let profile: Int64
    let at: Instant
    /// The mailing that the event is about.
    let mailing: Int64?
    /// What conditions and actions read as `event.NAME`.
    let values: [String: FieldValue]
    /// The event that they are of.
    let source: Int64?
    /// The click of a person that it is, which may turn out to be a machine's.
    let click: Int64?
    private var event: Int64?
    private let access: WriteAccess

    /// - Parameter source: the event that the values are of, when it is another.
    init(
        _ event: EventRecord, values: [String: FieldValue], of source: Int64? = nil,
        in access: WriteAccess
    ) {
        self.source = source ?? event.id
        click = event.isPersonsClick ? event.id : nil
        profile = event.profile
        at = event.at
        mailing = event.mailing
        self.values = values
        self.event = event.id
        self.access = access
    }

    /// What an event led to later, at `at`: it keeps the event's mailing and values, and what it
    /// comes to is noted at its own time.
    init(
        _ event: EventRecord, values: [String: FieldValue], later at: Instant,
        in access: WriteAccess
    ) {
        source = event.id
        click = event.isPersonsClick ? event.id : nil
        profile = event.profile
        self.at = at
        mailing = event.mailing
        self.values = values
        self.access = access
    }

    init(profile: Int64, at: Instant, in access: WriteAccess) {
        self.profile = profile
        self.at = at
        mailing = nil
        values = [:]
        source = nil
        click = nil
        self.access = access
    }

    /// The event that all that follows is noted on. Where there was none, the firing of `trigger`
    /// becomes one, which sets nothing off itself.
    func eventID(trigger: String? = nil) throws(StoreError) -> Int64 {
        if let event { return event }
        let made = try access.insert(
            EventRecord(
                profile: profile, kind: EventKind("trigger"), at: at,
                data: trigger.map { ["trigger": .string($0)] } ?? .null))
        event = made
        return made
    }

    func note(_ text: String, in list: String) throws(StoreError) {
        try access.note(text, in: list, of: try eventID())
    }
}

extension EventRecord {
    fileprivate var isPersonsClick: Bool {
        kind == .click && verdict == Verdict.human.rawValue
    }
}

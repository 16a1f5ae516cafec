import Core
import JSON
import Journal
import Store

/// A hit with its verdict, ready to become an event.
struct JudgedHit: Sendable {
    /// Nil: the record could not be read.
    var hit: Hit?
    var judgement: Judgement?
    /// What it shows to have been a machine's too.
    var withdrawals: [Waiting.Withdrawn] = []
}

/// How many hits were judged how.
struct HitTally: Sendable {
    var human = 0
    var machine = 0
    var proxy = 0
    /// Those that did not ask by HEAD.
    var applied = 0
    var withdrawn = 0
    var skipped = 0

    static func += (a: inout Self, b: Self) {
        a.human += b.human
        a.machine += b.machine
        a.proxy += b.proxy
        a.applied += b.applied
        a.withdrawn += b.withdrawn
        a.skipped += b.skipped
    }
}

extension [JudgedHit] {
    /// Records each as an event, with all that it sets off.
    func record(in access: WriteAccess, links: LinkBinding.Lookup) throws -> HitTally {
        var tally = HitTally()
        for judged in self { tally += try judged.record(in: access, links: links) }
        return tally
    }

    /// The same, but of one that cannot be recorded nothing is kept and the others are: it is
    /// skipped, and why is said. Throws where all may succeed later.
    func recordApart(
        in access: WriteAccess, links: LinkBinding.Lookup
    ) throws -> (tally: HitTally, failures: [(delivery: Int64, reason: String)]) {
        var tally = HitTally()
        var failures: [(delivery: Int64, reason: String)] = []
        for judged in self {
            do {
                tally += try access.attempt { try judged.record(in: access, links: links) }
            } catch let error as StoreError where error.isPassing {
                throw error
            } catch {
                tally.skipped += 1
                failures.append((judged.hit?.delivery ?? 0, "\(error)"))
            }
        }
        return (tally, failures)
    }
}

extension JudgedHit {
    fileprivate func record(
        in access: WriteAccess, links: LinkBinding.Lookup
    ) throws -> HitTally {
        var tally = HitTally()
        guard let hit, let judgement else {
            tally.skipped = 1
            return tally
        }
        if hit.kind == .anonymousClick {
            try access.countAnonymously(hit, judgement, version: hit.delivery, links)
            return tally
        }
        guard let origin = try access.origin(of: hit.delivery) else {
            tally.skipped = 1
            return tally
        }
        if !origin.isUntracked {
            let link = hit.link > 0 ? links(origin.version, hit.templateLink) : nil
            try access.record(hit.event(of: origin, judgement, link: link))
        } else if hit.kind == .click {
            // The mail is older than her wish.
            try access.countAnonymously(hit, judgement, version: origin.version, links)
        }
        for past in withdrawals {
            let event = try access.withdraw(
                click: past.link, of: past.delivery, askedAt: past.at, why: past.why, at: hit.at)
            if event != nil { tally.withdrawn += 1 }
        }
        if hit.method != .head { tally.applied = 1 }
        switch judgement.verdict {
        case .human: tally.human = 1
        case .machine: tally.machine = 1
        case .proxy: tally.proxy = 1
        }
        return tally
    }
}

extension WriteAccess {
    /// Counts a click for the mailing and its link, and for nobody.
    fileprivate func countAnonymously(
        _ hit: Hit, _ judgement: Judgement, version: Int64, _ links: LinkBinding.Lookup
    ) throws {
        guard let mailing = try self.version(version)?.mailing else { return }
        let link = links(version, hit.templateLink)
        try count(
            anonymousClick: hit.templateLink, named: link?.name, in: link.part, mailing: mailing,
            isMachine: judgement.verdict != .human)
    }
}

extension LinkBinding? {
    fileprivate var part: LinkFigures.Part { self?.isInText == true ? .text : .html }
}

extension Hit {
    /// The event that a judged hit is. The raw request stays readable in it, without the address
    /// it came from.
    func event(
        of origin: DeliveryOrigin, _ judgement: Judgement, link binding: LinkBinding?
    ) -> EventRecord {
        var data = JSON.Object()
        if link > 0 { data["n"] = .integer(Int64(link)) }
        // A link whose target depends on the person has a number of its own in the mail.
        if templateLink != link { data["template_n"] = .integer(Int64(templateLink)) }
        if binding.part == .text { data["part"] = .string(binding.part.rawValue) }
        if method != .get { data["method"] = .string("\(method)") }
        if !userAgent.isEmpty { data["agent"] = .string(userAgent) }
        data["why"] = .string(judgement.why)
        return EventRecord(
            profile: origin.profile, kind: eventKind, at: at, mailing: origin.mailing,
            delivery: origin.delivery, link: link > 0 ? binding?.name ?? "\(templateLink)" : nil,
            verdict: judgement.verdict.rawValue, data: .object(data))
    }

    private var eventKind: EventKind {
        switch kind {
        case .click, .anonymousClick: .click
        case .open: .open
        case .view: EventKind("view")
        case .unsubscribePage: EventKind("unsubscribe-page")
        case .trap: EventKind("trap")
        }
    }
}

extension Hit {
    /// A click that was recorded before the last start; its address is not kept.
    init?(recalledFrom event: EventRecord) {
        guard let delivery = event.delivery, let link = event.data["n"]?.integer else { return nil }
        self.init(
            kind: .click, method: event.data["method"] == nil ? .get : .head, delivery: delivery,
            link: Int(clamping: link), at: event.at, userAgent: event.data["agent"]?.string ?? "")
    }
}

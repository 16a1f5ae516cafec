internal import Core
internal import Rules
internal import Store

/// What caps and hours say in one turn over all running mailings.
struct FairnessInTurn {
    var caps = CapRule()
    /// Whether profiles have the field that names their zone.
    var readsZone = false
    /// Marketing mailings that have something due, or are being planned; only with a cap.
    var contenders: [(rival: SendTerms.Rival, turn: Turn)] = []
}

extension Dispatcher {
    /// Reads the rules, and with a cap, who competes for a person's attention.
    func look(at running: [MailingRecord]) throws {
        guard let rules = surroundings.rules?.current else { return }
        fairness.caps = rules.cap
        fairness.readsZone = rules.fields[RecipientZones.field] != nil
        fairness.contenders = []
        guard !rules.cap.isEmpty else { return }
        let now = surroundings.clock()
        for mailing in running {
            guard let id = mailing.runningVersion ?? mailing.activeVersion,
                try version(id)?.kind == .marketing
            else { continue }
            let isBusy: Bool =
                try !mailing.isPlanned
                || reader.nextDue(mailing: mailing.id).map { $0 <= now } ?? false
            guard isBusy else { continue }
            fairness.contenders.append(
                (SendTerms.Rival(mailing: mailing.id, name: mailing.name), try turn(of: mailing)))
        }
    }

    /// What decides about a mailing's messages when their intents are made; nil when nothing does.
    func sendTerms(of mailing: MailingRecord, _ turn: Turn) throws -> SendTerms? {
        let own = try terms(of: mailing)
        var terms = SendTerms(lifetime: own.lifetime ?? lifetime)
        terms.caps = fairness.caps
        terms.rivals = fairness.contenders.filter { $0.turn > turn }.map(\.rival)
        terms.window = own.window ?? hours
        terms.zone = own.zone
        terms.once = own.once
        terms.ends = try end(of: mailing)
        terms.readsZone = fairness.readsZone
        terms.zones = surroundings.zones
        return terms.isEmpty ? nil : terms
    }
}

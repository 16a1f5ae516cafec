import Core
import Expression
import JSON
import Rules
import Store

/// What events set off: the actions bound to the link or to the kind of event, their triggers,
/// and the follow-ups, all in the transaction that records the event.
///
/// Clicks, opens, bounces and consent come through here alike, whoever records them
/// (`WriteAccess.record`). An action whose value cannot be calculated does nothing at all and is
/// noted on the event; a send that may not be made is noted as blocked.
package final class Reactions: EventEffects {
    /// How far triggers that run actions may set off each other.
    static let maximumDepth = 8

    let rules: RulesInForce
    let links: LinkBinding.Lookup

    package init(rules: RulesInForce, links: @escaping LinkBinding.Lookup) {
        self.rules = rules
        self.links = links
    }

    package func apply(_ event: EventRecord, in access: WriteAccess) throws {
        // What a machine did, or a proxy, says nothing about the person.
        guard event.verdict == nil || event.verdict == Verdict.human.rawValue else { return }
        let rules = rules.current
        var actions: [ActionBinding] = []
        if event.kind == .click, let bound = try binding(of: event, in: access) {
            actions.append(bound)
        }
        actions += rules.actions(on: event.kind).map { .named($0) }.filter { !actions.contains($0) }
        guard !actions.isEmpty else { return }
        let reaction = Reaction(event: event, rules: rules, access: access)
        for action in actions { try reaction.run(action, depth: 0) }
    }

    private func binding(
        of event: EventRecord, in access: WriteAccess
    ) throws(StoreError) -> ActionBinding? {
        let number = event.data["template_n"]?.integer ?? event.data["n"]?.integer
        guard let link = number, let id = event.delivery,
            let delivery = try access.delivery(id)
        else { return nil }
        return links(delivery.version, Int(link))?.action
    }
}

import Core
import Testing

@Suite struct DeliveryStateTests {
    @Test("The transition table is the one that the manual and the design tell")
    func table() {
        let allowed: [DeliveryState: Set<DeliveryState>] = [
            .queued: [.sending, .held, .expired, .cancelled, .suppressed, .skipped],
            .sending: [.sent, .deferred, .refused, .inDoubt, .queued, .held],
            .sent: [.bounced],
            .deferred: [.sending, .held, .expired, .cancelled, .suppressed, .skipped, .queued],
            .refused: [.queued],
            .held: [.queued, .cancelled, .expired, .suppressed],
            .expired: [.queued],
            .inDoubt: [.sent, .bounced, .queued, .cancelled],
        ]
        for state in DeliveryState.allCases {
            for next in DeliveryState.allCases {
                #expect(
                    state.mayBecome(next) == allowed[state, default: []].contains(next),
                    "\(state.name) to \(next.name)")
            }
        }
    }

    @Test("The stored numbers never change")
    func rawValues() {
        #expect(
            DeliveryState.allCases.map(\.name) == [
                "queued", "sending", "sent", "deferred", "refused", "bounced", "held", "expired",
                "cancelled", "suppressed", "skipped", "in doubt",
            ])
        #expect(DeliveryState.allCases.map(\.rawValue) == Array(0...11))
    }

    @Test("Only what waits or is under way is not final")
    func final() {
        #expect(
            DeliveryState.allCases.filter { !$0.isFinal } == [.queued, .sending, .deferred])
    }
}

@Suite struct ProfileStatusTests {
    @Test("Marketing needs an active person; a bounced one gets nothing at all")
    func allows() {
        #expect(ProfileStatus.allCases.filter { $0.allows(.marketing) } == [.active])
        #expect(
            ProfileStatus.allCases.filter { $0.allows(.transactional) } == [
                .active, .unconfirmed, .unsubscribed, .complained,
            ])
    }
}

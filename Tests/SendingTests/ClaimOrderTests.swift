import Core
import Testing

@testable import Sending

@Suite struct ClaimOrderTests {
    @Test("higher turns go first; equal ones by rotation")
    func order() {
        var order = ClaimOrder()
        let mailings: [(turn: Turn, id: Int64, mailing: String)] = [
            (.normal, 1, "a"), (.low, 2, "b"), (.normal, 3, "c"), (.prompt, 4, "d"),
            (.high, 5, "e"), (.normal, 6, "f"),
        ]
        func names() -> String { order.sorted(mailings).map(\.mailing).joined() }
        #expect(names() == "deacfb")
        order.served(1, .normal)
        #expect(names() == "decfab")
        order.served(3, .normal)
        #expect(names() == "defacb")
        order.served(6, .normal)
        #expect(names() == "deacfb")
        // The last one served has ended.
        order.served(7, .normal)
        #expect(names() == "deacfb")
    }

    @Test(
        "what triggers start is prompt unless its mailing says otherwise",
        arguments: [
            (nil, true, Turn.prompt), (nil, false, .normal), (.low, true, .low),
            (.high, true, .high), (.high, false, .high), (.normal, true, .normal),
        ] as [(Priority?, Bool, Turn)])
    func turns(_ priority: Priority?, _ isTriggered: Bool, _ turn: Turn) {
        #expect(Turn(priority, isTriggered: isTriggered) == turn)
    }
}

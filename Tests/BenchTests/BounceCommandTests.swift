import Bounce
import JSON
import Testing

@testable import Bench

@Suite struct BounceCommandTests {
    func results(_ message: String) -> [String] {
        BounceReader.read(message.utf8).results.map(\.text)
    }

    @Test("a report gives one object a recipient, in the words of the contract")
    func report() {
        #expect(
            results(
                "From: x\n\nFinal-Recipient: rfc822; a@b.c\nAction: failed\nStatus: 5.1.1\n\n"
                    + "Final-Recipient: rfc822; d@e.f\nAction: delayed\n") == [
                    #"{"recipient":"a@b.c","action":"failed","status":"5.1.1","#
                        + #""reason":"userunknown","hard":true}"#,
                    #"{"recipient":"d@e.f","action":"delayed","status":null,"#
                        + #""reason":"undefined","hard":false}"#,
                ])
    }

    @Test("automatic replies and complaints are called so, ordinary mail gives nothing")
    func others() {
        #expect(
            results("From: A <a@b.c>\nSubject: x\nAuto-Submitted: auto-replied\n\nAway.\n")
                == [#"{"recipient":"a@b.c","action":"vacation","reason":"vacation"}"#])
        #expect(
            results(
                "Content-Type: multipart/report; boundary=x\n\n--x\n"
                    + "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\n\n--x\n"
                    + "Content-Type: message/rfc822\n\nTo: a@b.c\n\nHi\n--x--\n")
                == [
                    #"{"recipient":"a@b.c","action":"feedback","reason":"feedback","#
                        + #""feedback_type":"abuse"}"#
                ])
        #expect(results("From: a@b.c\n\nHello\n").isEmpty)
    }
}

import Testing

@testable import Desk

@Suite struct ApprovalCodeTests {
    /// A stand-in for the key: distinct letters for distinct messages.
    private func letters(_ message: [UInt8]) -> String? {
        "c" + String(message.reduce(UInt64(7)) { $0 &* 31 &+ UInt64($1) }, radix: 32)
    }

    private func code(version: String = "v1", audience: Int = 1000) -> String {
        let message = ApprovalCode.message(mailing: "m", version: version, audience: audience)
        return ApprovalCode(audience: audience, letters: letters(message)!).text
    }

    private func judge(_ text: String?, audience: Int = 1000) -> ReleaseDecision.Approval {
        ApprovalCode.judge(
            text, mailing: "m", version: "v1", audience: audience, makeLetters: letters)
    }

    @Test("the code of this version is valid, in any case")
    func valid() {
        #expect(judge(code()) == .valid)
        #expect(judge(code().uppercased()) == .valid)
        #expect(judge(nil) == .absent)
    }

    @Test("the audience may differ by a tenth", arguments: [900, 950, 1000, 1100])
    func near(audience: Int) {
        #expect(judge(code(), audience: audience) == .valid)
    }

    @Test("an audience further off needs a new code", arguments: [0, 899, 1101, 1_000_000])
    func far(audience: Int) {
        guard case .invalid = judge(code(), audience: audience) else {
            Issue.record("valid for \(audience)")
            return
        }
    }

    @Test(
        "anything else is invalid",
        arguments: [
            "", "yes", "1000", "1000-", "-abc", "1000-abc-d", "x-abc", "-5-abc",
            "99999999999999999999-abc", "1000-abc",
        ])
    func malformed(text: String) {
        guard case .invalid = judge(text) else {
            Issue.record("\(text) is valid")
            return
        }
    }

    @Test("another version's code, or one with a changed number, is invalid")
    func others() {
        for text in [code(version: "v2"), "1001" + code().dropFirst(4)] {
            guard case .invalid = judge(text) else {
                Issue.record("\(text) is valid")
                continue
            }
        }
    }

    @Test("without a key nothing is valid")
    func noKey() {
        let approval = ApprovalCode.judge(
            code(), mailing: "m", version: "v1", audience: 1000, makeLetters: { _ in nil })
        #expect(approval != .valid)
    }
}

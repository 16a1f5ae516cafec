import Diagnostics
import Testing

@Suite struct NearestNameTests {
    static let names = ["topic", "subject", "audience", "from", "reply-to"]

    @Test(
        "The nearest name is one that a slip of the finger makes",
        arguments: [
            ("tpoic", "topic"), ("Subject", "subject"), ("audiance", "audience"), ("form", "from"),
            ("replyto", "reply-to"), ("colour", nil), ("", nil), ("zzzz", nil),
        ] as [(String, String?)])
    func nearest(given: String, expected: String?) {
        #expect(nearestName(to: given, among: Self.names) == expected)
    }

    @Test("The message asks whether the near one was meant, and only then")
    func message() {
        #expect(
            unknownName("key", "tpoic", among: Self.names)
                == "unknown key \"tpoic\"; did you mean \"topic\"?")
        #expect(unknownName("key", "zzzz", among: Self.names) == "unknown key \"zzzz\"")
    }
}

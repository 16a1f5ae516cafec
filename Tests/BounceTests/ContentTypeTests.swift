import Testing

@testable import Bounce

@Suite struct ContentTypeTests {
    @Test(
        "reads type and parameters",
        arguments: [
            ("text/plain", "text/plain", [:]),
            (
                "Multipart/Report; report-type=delivery-status;\tBOUNDARY=\"a;b\\\"c\"",
                "multipart/report",
                ["report-type": "delivery-status", "boundary": "a;b\"c"]
            ),
            ("text/html;charset=utf-8;charset=latin1", "text/html", ["charset": "utf-8"]),
            ("text/plain; name", "text/plain", [:]),
            ("multipart/mixed; boundary=\"unclosed", "multipart/mixed", ["boundary": "unclosed"]),
        ] as [(String, String, [String: String])])
    func reading(_ value: String, _ type: String, _ parameters: [String: String]) {
        let read = ContentType(value)
        #expect(read?.type == type)
        #expect(read?.parameters == parameters)
    }

    @Test("what has no subtype is no type", arguments: ["", "text", ";boundary=x", "a b/c"])
    func none(_ value: String) {
        #expect(ContentType(value) == nil)
    }
}

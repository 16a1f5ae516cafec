import Core
import JSON
import Loop
import Testing

@testable import Bench

@Suite struct TraceTests {
    static let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"

    func line(
        _ id: Int, _ link: Int, _ age: Double, delivery: String = "d", method: String = "GET",
        address: String = "192.0.2.7", agent: String = TraceTests.agent, at: String? = nil
    ) -> JSON {
        let headers: JSON = [
            "User-Agent": .string(agent), "Accept": "text/html", "Accept-Language": "de",
        ]
        var line = JSON.Object()
        line["id"] = .integer(Int64(id))
        line["delivery"] = .string(delivery)
        line["link"] = .integer(Int64(link))
        line["method"] = .string(method)
        line["headers"] = headers
        line["address"] = .string(address)
        line["seconds_since_send"] = .number(age)
        if let at { line["at"] = .string(at) }
        return .object(line)
    }

    func verdicts(_ lines: [JSON]) throws -> [String] {
        var trace = Trace(delay: .seconds(10))
        for line in lines { try trace.add(line) }
        var verdicts: [String] = []
        trace.judge { verdicts.append("\($0.text) \($1.verdict.rawValue)") }
        return verdicts
    }

    @Test("a burst is seen from its first request on, with and without a clock")
    func burst() throws {
        let lines = (1...5).map { line($0, $0, 43 + Double($0) / 10) } + [line(6, 2, 9000)]
        let expected = (1...5).map { "\($0) machine" } + ["6 human"]
        #expect(try verdicts(lines) == expected)
        let timed = (1...5).map {
            line($0, $0, 43 + Double($0) / 10, at: "2026-11-21T12:00:43.\($0)00Z")
        }
        #expect(try verdicts(timed) == Array(expected.prefix(5)))
    }

    @Test("of two who ask for one link a second apart the first is the machine")
    func clickTime() throws {
        let lines = [line(1, 3, 7000, address: "198.51.100.9"), line(2, 3, 7001.2)]
        #expect(try verdicts(lines) == ["1 machine", "2 human"])
    }

    @Test("images, proxies, HEAD and the hidden link")
    func single() throws {
        let lines = [
            line(1, 0, 4000), line(2, 0, 4000, delivery: "e", agent: "x GoogleImageProxy"),
            line(3, 1, 4000, delivery: "f", method: "HEAD"), line(4, 65535, 4000, delivery: "g"),
        ]
        #expect(try verdicts(lines) == ["1 human", "2 proxy", "3 machine", "4 machine"])
    }

    @Test(
        "a line that is no request is refused",
        arguments: [
            "{}", "{\"id\":1,\"delivery\":\"d\",\"link\":-1,\"seconds_since_send\":1}",
            "{\"id\":1,\"delivery\":\"d\",\"link\":1}",
            "{\"id\":1,\"delivery\":\"d\",\"link\":1,\"seconds_since_send\":1,\"at\":\"noon\"}",
        ])
    func refused(text: String) throws {
        var trace = Trace(delay: .seconds(10))
        let line = try JSON(parsing: text)
        #expect(throws: Options.Invalid.self) { try trace.add(line) }
    }
}

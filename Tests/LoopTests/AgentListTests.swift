import Core
import Testing

@testable import Loop

@Suite struct AgentListTests {
    func list(_ text: String) throws -> AgentList { try AgentList(text.utf8) }

    @Test("the first rule that fits decides, whatever the case")
    func agents() throws {
        let list = try list("# comment\n\nproxy FooProxy\r\nscanner foo\n")
        #expect(list.standing(ofAgent: "Mozilla (FOOPROXY)") == .proxy)
        #expect(list.standing(ofAgent: "Mozilla food") == .scanner)
        #expect(list.standing(ofAgent: "Mozilla") == nil)
        let own = try self.list("proxy foo bar").before(list)
        #expect(own.standing(ofAgent: "foo bar") == .proxy)
    }

    @Test("networks hold their addresses, of both families")
    func networks() throws {
        let list = try list("people 10.1.2.0/23\nnetwork 2001:db8:1::/48\nnetwork 192.0.2.7\n")
        func standing(_ text: String) -> AgentList.Standing? {
            IPAddress(text).flatMap { list.standing(of: $0) }
        }
        #expect(standing("10.1.3.255") == .people && standing("10.1.4.0") == nil)
        #expect(standing("2001:db8:1:ffff::9") == .scanner && standing("2001:db8:2::") == nil)
        #expect(standing("192.0.2.7") == .scanner && standing("::ffff:192.0.2.7") == .scanner)
        #expect(standing("192.0.2.8") == nil)
    }

    @Test(
        "a rule that is none is refused by its line",
        arguments: [
            "robot x", "scanner", "scanner ab", "network 1.2.3.4/33", "people ten/8",
            "network 1.2.3.4/8/9",
        ])
    func wrong(rule: String) {
        #expect(throws: AgentList.Wrong.self) { try list("scanner fine\n\(rule)\n") }
    }

    @Test("the rules that come along are read")
    func standard() {
        #expect(AgentList.standard.standing(ofAgent: "x GoogleImageProxy") == .proxy)
        #expect(AgentList.standard.standing(ofAgent: "BarracudaCentral") == .scanner)
        let browser = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/128.0 Safari/537.36"
        #expect(AgentList.standard.standing(ofAgent: browser) == nil)
    }
}

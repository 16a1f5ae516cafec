import HTTP
import Testing

@testable import Site

@Suite struct ProviderReportTests {
    @Test(
        "a report is handed on with its proof, and answered by what became of it",
        arguments: [
            (ProviderReport.Answer.taken, 200), (.unknown, 404), (.malformed, 400), (.later, 503),
        ])
    func answers(_ answer: ProviderReport.Answer, _ status: Int) throws {
        let home = try SiteHome(providerReport: { report in
            report.name == "aws" && report.secret == "s%cret" ? answer : .unknown
        })
        #expect(home.post("/b/aws/s%25cret", "x=1").status == HTTPStatus(status))
    }

    @Test("whoever does not prove himself sees what any unknown path shows")
    func unknown() throws {
        let home = try SiteHome(providerReport: { _ in .unknown })
        let nowhere = home.post("/nowhere", "x=1")
        let refused = home.post("/b/aws/wrong", "x=1")
        #expect(refused.status == nowhere.status && refused.body == nowhere.body)
        #expect(home.ask(.get, "/b/aws/s").status == nowhere.status)
        #expect(try SiteHome().post("/b/aws/s", "x=1").body == nowhere.body)
    }
}

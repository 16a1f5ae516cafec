import Pacing
import Testing

@Suite struct DestinationGroupsTests {
    @Test(
        "domains of one provider are one destination, others their own",
        arguments: [
            ("gmail.com", "gmail.com"), ("googlemail.com", "gmail.com"),
            ("hotmail.fr", "outlook.com"),
            ("web.de", "gmx.net"), ("example.org", "example.org"), ("", ""),
        ])
    func known(_ domain: String, _ destination: String) {
        #expect(DestinationGroups().destination(of: domain) == destination)
    }

    @Test("configured groups add to the known ones and may take domains from them")
    func configured() {
        let groups = DestinationGroups(["corp.example": ["a.example", "B.example", "web.de"]])
        #expect(groups.destination(of: "b.example") == "corp.example")
        #expect(groups.destination(of: "web.de") == "corp.example")
        #expect(groups.destination(of: "gmx.de") == "gmx.net")
    }

    @Test("all domains of a destination are told by any of them")
    func domains() {
        let groups = DestinationGroups(["corp.example": ["a.example"]])
        #expect(groups.domains(of: "googlemail.com") == ["gmail.com", "googlemail.com"])
        #expect(groups.domains(of: "corp.example") == ["a.example", "corp.example"])
        #expect(groups.domains(of: "alone.example") == ["alone.example"])
    }
}

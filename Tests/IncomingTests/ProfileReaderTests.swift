import Core
import Diagnostics
import JSON
import Rules
import Testing

@testable import Incoming

@Suite struct ProfileReaderTests {
    static let rules = RulesReader([
        SourceText(
            path: "loop.conf",
            text: """
                [topic news]
                [field first_name]
                type = text
                required = yes
                [field country]
                type = choice
                values = DE, AT
                [field visits]
                type = number
                [field interests.travel]
                type = score
                """)
    ]).rules

    private func read(_ text: String) throws(IncomingFault) -> IncomingProfile {
        try ProfileReader(Self.rules).profile(try! JSON(parsing: text))
    }

    @Test("fields, tags and topics are read by their types; null clears")
    func whole() throws {
        let profile = try read(
            """
            {"email": "a@b.example", "fields": {"first_name": "Anna", "country": "AT", "visits": null},
             "tags": ["vip"], "untag": ["old"], "topics": {"news": false}, "status": "unsubscribed"}
            """)
        #expect(
            profile.fields == [
                "first_name": .text("Anna"), "country": .text("AT"), "visits": .missing,
            ])
        #expect(profile.tags == ["vip"] && profile.untags == ["old"])
        #expect(profile.topics == ["news": false] && profile.isUnsubscribed)
    }

    @Test(
        "what does not fit is refused by its name",
        arguments: [
            ("{}", "email"), (#"{"email": "a@b.example", "status": "active"}"#, "status"),
            (#"{"email": "a@b.example", "fields": {"country": "XX"}}"#, "fields.country"),
            (#"{"email": "a@b.example", "fields": {"first_name": " "}}"#, "fields.first_name"),
            (#"{"email": "a@b.example", "fields": {"visits": "3"}}"#, "fields.visits"),
            (
                #"{"email": "a@b.example", "fields": {"interests.travel": 3}}"#,
                "fields.interests.travel"
            ),
            (
                #"{"email": "a@b.example", "fields": {"purchases.total": 3}}"#,
                "fields.purchases.total"
            ),
            (#"{"email": "a@b.example", "topics": {"news": "yes"}}"#, "topics.news"),
            (#"{"email": "a@b.example", "topics": {"other": true}}"#, "topics.other"),
            (#"{"email": "a@b.example", "tags": [1]}"#, "tags"),
        ])
    func refused(_ text: String, _ member: String) {
        let fault = #expect(throws: IncomingFault.self) { try read(text) }
        #expect(fault?.member == member)
    }
}

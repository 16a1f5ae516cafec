import Core
import JSON
import Seal
import Store
import Testing

@testable import Inbox

@Suite struct WebhookIntakeTests {
    private static let secret = "0123456789abcdef-secret"
    private static let topic = "arn:aws:sns:eu-central-1:1:bounces"

    private func station(_ home: InboxHome) throws -> InboxStation {
        try home.inbox(
            providers: [
                Provider(name: "aws", kind: .ses, secret: Self.secret, topic: Self.topic),
                Provider(name: "grid", kind: .sendgrid, secret: Self.secret),
                Provider(name: "pm", kind: .postmark, secret: Self.secret),
                Provider(name: "gun", kind: .mailgun, secret: Self.secret),
            ])
    }

    private func post(
        _ body: JSON, to name: String, _ home: InboxHome, secret: String = Self.secret,
        authorization: String = ""
    ) throws -> WebhookAnswer {
        try station(home).webhook(
            WebhookRequest(
                provider: name, secret: secret, authorization: authorization,
                body: body.bytes))
    }

    private func sns(_ message: JSON) -> JSON {
        [
            "Type": "Notification", "TopicArn": .string(Self.topic), "MessageId": "1",
            "Message": .string(message.text),
        ]
    }

    private func sesBounce(_ home: InboxHome, id: String = "f1") throws -> JSON {
        [
            "notificationType": "Bounce",
            "bounce": [
                "bounceType": "Permanent", "bounceSubType": "General", "feedbackId": .string(id),
                "bouncedRecipients": [
                    [
                        "emailAddress": "person0@example.org", "action": "failed",
                        "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown",
                    ]
                ],
            ],
            "mail": [
                "source": .string(ReturnPath.address(try home.token(0), domain: "bounce.example")),
                "messageId": "0100",
            ],
        ]
    }

    @Test("SES through SNS: a bounce counts once, by the token in the return path")
    func ses() throws {
        let home = try InboxHome()
        #expect(try post(sns(sesBounce(home)), to: "aws", home) == .taken)
        #expect(try home.status(0) == .bounced)
        #expect(try home.state(0) == .bounced)
        #expect(try post(sns(sesBounce(home)), to: "aws", home) == .taken)
        #expect(try home.bounceEvents().count == 1)
    }

    @Test("SES: another topic, a wrong secret, no secret: nothing changes, and it is counted")
    func sesForged() throws {
        let home = try InboxHome()
        var other = try #require(sns(sesBounce(home)).object)
        other["TopicArn"] = "arn:aws:sns:eu-central-1:2:bounces"
        #expect(try post(.object(other), to: "aws", home) == .unknown)
        #expect(try post(sns(sesBounce(home)), to: "aws", home, secret: "wrong") == .unknown)
        #expect(try post(sns(sesBounce(home)), to: "aws", home, secret: "") == .unknown)
        #expect(try post(sns(sesBounce(home)), to: "nobody", home) == .unknown)
        #expect(try home.status(0) == .active)
        #expect(try home.counter("inbox.webhook-refused") == 3)
    }

    @Test("a subscription is taken only from Amazon's own host, and never confirmed by itself")
    func subscription() throws {
        let home = try InboxHome()
        func confirm(_ url: String) throws -> WebhookAnswer {
            try post(
                [
                    "Type": "SubscriptionConfirmation", "TopicArn": .string(Self.topic),
                    "SubscribeURL": .string(url),
                ], to: "aws", home)
        }
        #expect(try confirm("https://sns.eu-central-1.amazonaws.com/?Action=Confirm") == .taken)
        #expect(try confirm("https://sns.evil.example/.amazonaws.com") == .malformed)
        #expect(try confirm("http://sns.eu-central-1.amazonaws.com/") == .malformed)
        #expect(try confirm("https://sns.x@evil.example.amazonaws.com/") == .malformed)
    }

    @Test("SendGrid: bounce, spam report, deferral and delivery in one request")
    func sendGrid() throws {
        let home = try InboxHome(people: 4)
        func event(_ index: Int, _ name: String, _ more: (String, JSON)...) throws -> JSON {
            let id = MessageID.text(try home.token(index, .messageID), domain: "news.example")
            return .object(
                JSON.Object(
                    [
                        ("email", .string("person\(index)@example.org")),
                        ("event", .string(name)), ("sg_event_id", .string("e\(index)")),
                        ("smtp-id", .string(id)),
                    ] + more))
        }
        let body: JSON = .array([
            try event(
                0, "bounce", ("type", "bounce"), ("status", "5.1.1"),
                ("reason", "550 5.1.1 no such user")),
            try event(1, "spamreport"),
            try event(
                2, "bounce", ("type", "blocked"), ("status", "5.7.1"), ("reason", "550 5.7.1 spam")),
            try event(3, "delivered"), ["event": "processed"], 7,
        ])
        #expect(try post(body, to: "grid", home) == .taken)
        #expect(try home.status(0) == .bounced)
        #expect(try home.status(1) == .complained)
        #expect(try home.status(2) == .active)
        #expect(try home.events("delivered").count == 1)
    }

    @Test("Postmark: by basic authentication, and by the address where no token is")
    func postmark() throws {
        let home = try InboxHome()
        let body: JSON = [
            "RecordType": "Bounce", "Type": "HardBounce", "ID": 42,
            "Email": "person0@example.org", "Details": "The server was unable to deliver",
        ]
        // maild:0123456789abcdef-secret
        let good = "Basic bWFpbGQ6MDEyMzQ1Njc4OWFiY2RlZi1zZWNyZXQ="
        #expect(
            try post(body, to: "pm", home, secret: "", authorization: "Basic bWFpbGQ6eA==")
                == .unknown)
        #expect(try post(body, to: "pm", home, secret: "", authorization: good) == .taken)
        #expect(try home.status(0) == .bounced)
        #expect(try home.status(1) == .active)
    }

    @Test("Mailgun: only what is signed with the key, and not long ago")
    func mailgun() throws {
        let home = try InboxHome()
        let now = InboxHome.now.milliseconds / 1000
        func body(_ timestamp: Int64, _ signature: String) throws -> JSON {
            let id = MessageID.text(try home.token(0, .messageID), domain: "news.example")
            return [
                "signature": [
                    "timestamp": .string(String(timestamp)), "token": "tok",
                    "signature": .string(signature),
                ],
                "event-data": [
                    "event": "failed", "severity": "permanent", "id": "m1",
                    "recipient": "person0@example.org",
                    "delivery-status": ["code": 550, "message": "5.1.1 user unknown"],
                    "message": [
                        "headers": ["message-id": .string(String(id.dropFirst().dropLast()))]
                    ],
                ],
            ]
        }
        func code(_ timestamp: Int64) throws -> String {
            try KeyedCode.hexadecimal(
                of: Array("\(timestamp)tok".utf8), key: Array(Self.secret.utf8))
        }
        #expect(try post(body(now, String(repeating: "0", count: 64)), to: "gun", home) == .unknown)
        let old = now - 10 * 86_400
        #expect(try post(body(old, code(old)), to: "gun", home) == .unknown)
        #expect(try home.status(0) == .active)
        #expect(try post(body(now, code(now)), to: "gun", home) == .taken)
        #expect(try home.status(0) == .bounced)
    }

    @Test("what is not JSON is malformed; an unknown kind of event is taken and does nothing")
    func malformed() throws {
        let home = try InboxHome()
        let answer = try station(home).webhook(
            WebhookRequest(provider: "grid", secret: Self.secret, authorization: "", body: [1, 2]))
        #expect(answer == .malformed)
        #expect(try post([["event": "open"]], to: "grid", home) == .taken)
        #expect(try post(nil, to: "grid", home) == .taken)
    }

    @Test("while the store is away the provider is asked to come again")
    func away() throws {
        let home = try InboxHome()
        let station = try station(home)
        let body = try sns(sesBounce(home))
        home.closeStore()
        let answer = station.webhook(
            WebhookRequest(
                provider: "aws", secret: Self.secret, authorization: "", body: body.bytes))
        #expect(answer == .later)
    }

    @Test(
        "the basic code in a provider's words",
        arguments: [
            ("smtp; 550 5.1.1 unknown", 550), ("550-5.1.1 x", 550), ("5.1.1 x", nil), ("", nil),
            ("error 42 then 451 later", 451), ("250 ok", nil),
        ] as [(String, Int?)])
    func basicCode(_ text: String, _ code: Int?) {
        #expect(ProviderEvent.basicCode(in: text) == code)
    }
}

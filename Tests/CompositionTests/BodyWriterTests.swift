import Core
import Testing

@testable import Composition
@testable import Message

/// Both bodies are encoded piece by piece while they are rendered; they must be what encoding the
/// whole texts gives.
@Suite struct BodyWriterTests {
    private var bundle: Bundle {
        var bundle = Bundle()
        bundle.more = "topic: news\naudience: everybody\npreheader: For {{ city }} = you"
        bundle.body = """
            <html><body>
            {{ first_name }} {{ city | upcase }}{{ first_name }}{{ city | upcase }} {{ city }}
            .A line with a dot, and one that is long: \(String(repeating: "=é ", count: 60))
            <p style="a=b">{{ first_name | default: "you" }} </p>
            {% slot "hero" %}{% alt "vip" when vip %}<b>{{ first_name }}</b>
            From here{% default %}<i>nobody</i>{% endslot %}
            {% for i in (1..4) %}<a href="https://shop.example/{{ city }}/{{ i }}">{{ i }}
            </a>{% endfor %}{% capture x %}caught {{ city }}{% endcapture %}{{ x }}{{ x }}
            <a href="{{ links.unsubscribe }}">out</a></body></html>
            """
        return bundle
    }

    private func person(_ number: Int, _ generator: inout SplitMix64) -> TestPerson {
        func text() -> String {
            let alphabet = Array("ab. \r\n=\té<&F")
            return String(
                (0..<Int(generator.next() % 90)).map { _ in
                    alphabet[Int(generator.next() % UInt64(alphabet.count))]
                })
        }
        var person = TestPerson(profile: Int64(number))
        person.fields = ["city": .text(text()), "vip": .flag(number.isMultiple(of: 2))]
        if number % 3 > 0 { person.fields["first_name"] = .text("N\(number)" + text()) }
        return person
    }

    @Test("what is written to the wire is the whole text encoded, for 300 people (seed 5)")
    func equal() throws {
        let (mailing, findings) = bundle.compile()
        guard let mailing else { throw Bundle.Refused(findings: findings) }
        var generator = SplitMix64(seed: 5)
        let memory = ComposeMemory()
        for number in 0..<300 {
            let row = try mailing.mergeRow(of: person(number, &generator), now: Bundle.now).get()
            let rendered = try mailing.render(row, identity: Bundle.identity)
            let written = try mailing.encode(row, identity: Bundle.identity, into: memory)
            #expect(encoded(memory.html.encoder) == encoded(rendered.html))
            let text = try #require(rendered.text)
            #expect(encoded(memory.text.encoder) == encoded(text))
            #expect(TextLayout.tidy(text) == text)
            #expect(written.subject == rendered.subject)
            #expect(written.targets == rendered.targets && !written.targets.isEmpty)
        }
    }

    private func encoded(_ body: some LetterBody) -> [UInt8] {
        var bytes: [UInt8] = []
        body.append(to: &bytes)
        return bytes
    }

    @Test("messages composed at the same time are those composed alone")
    func concurrent() async throws {
        let (compiled, findings) = bundle.compile()
        guard let mailing = compiled else { throw Bundle.Refused(findings: findings) }
        var generator = SplitMix64(seed: 6)
        let people = (0..<120).map { person($0, &generator) }
        let to = try EmailAddress("ada@example.org")
        let compose: @Sendable (TestPerson) -> [UInt8] = { person in
            var identity = Bundle.identity
            identity.messageID = "m\(person.profile)@shop.example"
            guard
                case .message(let message, _, _) = mailing.compose(
                    person, to: to, identity: identity, now: Bundle.now)
            else { return [] }
            return message.bytes
        }
        let alone = people.map(compose)
        #expect(alone.filter { !$0.isEmpty }.count > 30)
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<4 {
                group.addTask { people.map(compose) == alone }
            }
            for await isEqual in group { #expect(isEqual) }
        }
    }

    @Test("what one message leaves in memory reaches no other, of this mailing or another")
    func sharedMemory() throws {
        var other = bundle
        other.body = """
            {% assign y = city %}{{ y }}{{ vip }}{{ first_name | upcase }}{% increment n %}
            {% if vip %}{{ first_name | upcase }}{% assign z = y %}{% endif %}{{ z }}
            <a href="{{ links.unsubscribe }}">out</a>
            """
        let mailings = try [bundle, other].map { bundle in
            let (mailing, findings) = bundle.compile()
            guard let mailing else { throw Bundle.Refused(findings: findings) }
            return mailing
        }
        var generator = SplitMix64(seed: 7)
        let to = try EmailAddress("ada@example.org")
        let memory = ComposeMemory()
        var count = 0
        for number in 0..<100 {
            let person = person(number, &generator)
            let mailing = mailings[Int(generator.next() % 2)]
            func compose(_ memory: ComposeMemory) -> [UInt8]? {
                guard
                    case .message(let message, _, _) = mailing.compose(
                        person, to: to, identity: Bundle.identity, now: Bundle.now,
                        memory: memory)
                else { return nil }
                return message.bytes
            }
            let message = compose(memory)
            #expect(message == compose(ComposeMemory()))
            if message != nil { count += 1 }
        }
        #expect(count > 30)
    }
}

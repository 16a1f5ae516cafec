import Composition
import Core
import Store
import Testing
import Versions

@testable import Desk

@Suite struct ProofTests {
    private static let mailing = """
        ---
        subject: Hi {{ first_name }}
        from: news@shop.example
        topic: news
        audience: everybody
        send: now
        proof: anna@shop.example
        ---
        {% slot "hero" %}{% alt "named" when first_name is not blank %}<p>Dear {{ first_name }}</p>\
        {% default %}<p>Hello</p>{% endslot %}{% render "foot" %}
        """

    private func bench(_ mailing: String = ProofTests.mailing) throws -> DeskBench {
        let bench = try DeskBench()
        bench.drop("loop.conf", DeskBench.rulesText)
        bench.drop("partials/foot.html", DeskBench.foot)
        bench.look(start: true)
        let at = bench.clock.now
        try bench.store.write(.control) { access in
            let column = try #require(try access.fieldColumns()["first_name"])
            try access.set([(column, .text("Anna"))], of: 1, at: at)
        }
        bench.drop("autumn.html", mailing)
        bench.look()
        return bench
    }

    private func proofs(_ bench: DeskBench) throws -> [(DeliveryRecord, ProofRecord)] {
        let reader = try bench.store.reader()
        let mailing = try #require(try reader.mailing(named: "autumn"))
        guard let hidden = try reader.proofMailing(of: mailing.id) else { return [] }
        return try reader.deliveries(mailing: hidden, state: nil, limit: 100).map {
            ($0, try #require(try reader.proof($0.id)))
        }
    }

    @Test("each combination is queued once a version, apart from the mailing")
    func queueing() throws {
        let bench = try bench()
        let found = try proofs(bench)
        #expect(
            found.map(\.1.prefix) == ["[proof 1/2 hero=default] ", "[proof 2/2 hero=named] "])
        #expect(found.allSatisfy { $0.0.isProof && $0.1.recipient.text == "anna@shop.example" })
        #expect(found.map(\.1.profile) == [2, 1])
        let reader = try bench.store.reader()
        let id = try #require(try bench.record()).id
        #expect(try reader.deliveryCounts(mailing: id).isEmpty)
        #expect(try reader.mailings().map(\.name) == ["autumn"])
        #expect(try reader.mailings(in: .running).map(\.name) == ["proofs/autumn"])
        try bench.restart()
        bench.look(start: true)
        #expect(try proofs(bench).count == 2)
        bench.drop("autumn.html", Self.mailing + "<p>new</p>")
        bench.look()
        #expect(try proofs(bench).count == 4)
    }

    @Test("while nobody is in the audience the samples are shown")
    func samples() throws {
        let bench = try bench(
            Self.mailing.replacing("audience: everybody", "audience: tagged \"nobody\""))
        #expect(try proofs(bench).map(\.1.profile) == [0])
        #expect(try proofs(bench).map(\.1.prefix) == ["[proof 1/1 hero=default] "])
    }

    @Test("domains that are not granted are refused at the drop")
    func grants() throws {
        let bench = try DeskBench()
        bench.settings.grants = Grants(
            fromDomains: ["*"], proofDomains: ["elsewhere.example"], transactionalTopics: nil)
        try bench.restart()
        bench.dropAll()
        bench.drop("autumn.html", Self.mailing)
        bench.look(start: true, after: .seconds(2))
        let error = try #require(bench.preview("autumn.error.txt"))
        #expect(error.contains("autumn.html:7:8: refuse: proof-domain: proofs to shop.example"))
        #expect(error.contains("\n    proof: anna@shop.example\n           ^"))
    }

    @Test("what a proof was made from goes when the person it shows is erased")
    func erasure() throws {
        let bench = try bench()
        let at = bench.clock.now
        let delivery = try #require(try proofs(bench).first { $0.1.profile == 1 }?.0.id)
        _ = try bench.store.write(.control) { try $0.restrict(1, to: .erased, at: at) }
        #expect(try bench.store.reader().proof(delivery) == nil)
        #expect(try bench.store.reader().mergeRow(delivery) == nil)
    }

    // MARK: - Rehearsal

    private func rehearsal(_ bench: DeskBench) -> Rehearsal {
        Rehearsal(
            store: bench.store,
            versions: CompiledVersions(store: bench.store, zone: .utc, zones: { _ in nil }),
            clock: { [clock = bench.clock] in clock.now })
    }

    private func played(_ scene: Rehearsal.Scene?) throws -> Rehearsal.Played {
        try #require(scene).outcome.get()
    }

    @Test("a mailing is shown for a person, people of a condition, and as if fields were other")
    func previews() throws {
        let bench = try bench()
        let rehearsal = rehearsal(bench)
        let anna = try EmailAddress("p0@example.org")
        let own = try played(
            try rehearsal.play("autumn", for: .profile(anna), asIf: [:]).first)
        #expect(own.choices == "hero=named" && own.message.subject == "Hi Anna")
        #expect(String(decoding: own.eml, as: UTF8.self).contains("To: p0@example.org\r\n"))
        let other = try played(
            try rehearsal.play(
                "autumn", for: .profile(anna), asIf: ["first_name": .text("Eva")]
            ).first)
        #expect(other.message.subject == "Hi Eva")
        let nobody = try played(
            try rehearsal.play("autumn", for: .nobody, asIf: ["first_name": .missing]).first)
        #expect(nobody.choices == "hero=default")
        let all = SQLCondition(sql: "profile.id > ?", values: [.integer(1)])
        #expect(
            try rehearsal.play("autumn", for: .people(all, limit: 1), asIf: [:]).map(\.email)
                == ["p1@example.org"])
        #expect(throws: StoreError.self) {
            try rehearsal.play("winter", for: .nobody, asIf: [:])
        }
    }

    @Test("a test is queued as the person would get it, without any prefix")
    func tests() throws {
        let bench = try bench()
        let id = try rehearsal(bench).test(
            "autumn", for: EmailAddress("p0@example.org"), to: EmailAddress("me@shop.example"))
        let proof = try #require(try bench.store.reader().proof(id))
        #expect(proof.prefix.isEmpty && proof.choices == "hero=named" && proof.profile == 1)
        #expect(try MergeRow(proof.mergeRow).fields["first_name"] == .text("Anna"))
    }
}

import Composition
import Core
import Diagnostics
import JSON
import Rules
import Store
import Testing

@testable import Desk

@Suite struct DryRunTests {
    private static let slots = """
        ---
        subject: Hi
        from: news@shop.example
        topic: news
        audience: everybody
        send: now
        ---
        {% slot "hero" %}{% alt "named" when first_name is not blank %}<p>Dear {{ first_name }}</p>\
        {% alt "odd" when first_name == "nosuch" %}x{% default %}<p>Hello</p>{% endslot %}
        {% render "foot" %}
        """

    /// Gives the first of a bench's people a name.
    private func name(_ bench: DeskBench, _ names: [String]) throws {
        let at = bench.clock.now
        try bench.store.write(.control) { access in
            let column = try #require(try access.fieldColumns()["first_name"])
            for (index, name) in names.enumerated() {
                try access.set([(column, .text(name))], of: Int64(index + 1), at: at)
            }
        }
    }

    /// A bench whose rules are in force and whose people have names, then a mailing is dropped.
    private func bench(
        people: Int = 5, names: [String] = ["Anna", "Ben"], _ mailing: String
    ) throws -> DeskBench {
        let bench = try DeskBench(people: people)
        bench.drop("loop.conf", DeskBench.rulesText)
        bench.drop("partials/foot.html", DeskBench.foot)
        bench.look(start: true)
        try name(bench, names)
        bench.drop("autumn.html", mailing)
        bench.look()
        return bench
    }

    private func report(_ bench: DeskBench) throws -> DryRunReport {
        try #require(bench.round.valid["autumn"]?.preview?.report)
    }

    @Test("everybody's choices are counted, and what nobody gets is warned of at its place")
    func shares() throws {
        let bench = try bench(Self.slots)
        let report = try report(bench)
        #expect(report.evaluated == 5 && report.audience == 5 && report.rendered == 5)
        #expect(
            report.offers == [
                .init(
                    name: "hero", isBlocks: false,
                    shares: [
                        .init(name: "named", people: 2), .init(name: "odd", people: 0),
                        .init(name: "default", people: 3),
                    ])
            ])
        #expect(report.combinations.map(\.choices) == ["hero=default", "hero=named"])
        #expect(report.combinations.map(\.people) == [3, 2])
        #expect(report.blanks == [.init(field: "first_name", people: 3)])
        let page = try #require(bench.preview("autumn.html"))
        #expect(page.contains("autumn.html:8:92: warn: nobody-matches: "))
        #expect(page.contains("3 people, 60 %"))
        #expect(page.contains("shown for p0@example.org"))
        #expect(bench.preview("autumn/combination-1.eml")?.hasPrefix("From: ") == true)
    }

    @Test("a warning says how many recipients it hits, and is left out when that is nobody")
    func weighed() throws {
        let text = DeskBench.mailing + "<p>Hi {{ first_name }}</p>"
        let some = try bench(text)
        #expect(some.preview("autumn.html")?.contains("it hits 3 of 5 recipients") == true)
        let none = try bench(names: ["A", "B", "C", "D", "E"], text)
        #expect(none.preview("autumn.html")?.contains("can be blank") == false)
    }

    @Test("where templates abort everybody's message is made, and reasons are counted")
    func aborts() throws {
        let bench = try bench(
            DeskBench.mailing + "{% if first_name == \"Ben\" %}{% abort \"no Bens\" %}{% endif %}"
                + "{% require first_name %}")
        let report = try report(bench)
        #expect(report.rendersAll && report.rendered == 5)
        #expect(report.aborted.map(\.people) == [3, 1])
        #expect(report.aborted.last?.text == "no Bens")
        #expect(report.combinations.map(\.people) == [1])
        #expect(bench.preview("autumn.html")?.contains("no Bens") == true)
        bench.clock.advance(.days(1))
        bench.tick()
        let record = try bench.record()
        #expect(record?.state == .waiting || report.skipped <= 5)
    }

    @Test("a mailing that leaves out more than max-skip does not start by itself")
    func unclean() throws {
        let strict = DeskBench.mailing.replacing("send: now", "send: now\nmax-skip: 1")
        let bench = try bench(strict + "{% require first_name %}")
        bench.clock.advance(.days(1))
        bench.tick()
        let record = try #require(try bench.record())
        #expect(record.state == .waiting)
        #expect(
            record.reason?.hasPrefix("3 of 5 recipients would be left out, max-skip is 1: ") == true
        )
    }

    @Test("people without any content are counted apart")
    func empty() throws {
        let bench = try bench(
            Self.slots.replacing("{% default %}<p>Hello</p>", "{% default %}"))
        #expect(try report(bench).empty == 3)
        #expect(try report(bench).skipped == 3)
    }

    @Test("a report survives the store, and a restart needs no new run")
    func keeping() throws {
        let bench = try bench(Self.slots)
        let report = try report(bench)
        #expect(DryRunReport(json: try JSON(parsing: report.json.text)) == report)
        try bench.restart()
        bench.round.look(named: nil, isStart: true)
        #expect(bench.round.dryRuns.stage(of: "autumn") == nil)
        #expect(bench.round.valid["autumn"]?.preview?.report == report)
    }

    @Test("a new version, or an audience that changed by more than a tenth, is run again")
    func again() throws {
        let bench = try bench(people: 20, Self.slots)
        let at = bench.clock.now
        func add(_ range: Range<Int>) throws {
            try bench.store.write(.control) { access in
                for n in range {
                    _ = try access.addProfile(email: EmailAddress("q\(n)@example.org"), at: at)
                }
            }
            bench.clock.advance(.minutes(1))
            bench.tick()
        }
        try add(0..<2)
        #expect(try report(bench).audience == 20)
        try add(2..<3)
        #expect(try report(bench).audience == 23)
        bench.drop("autumn.html", Self.slots + "<p>more</p>")
        bench.look()
        #expect(try report(bench).audience == 23)
        let record = try #require(try bench.store.reader().preview(of: "autumn"))
        #expect(record.version == bench.round.valid["autumn"]?.mailing.version.text)
    }

    @Test("a run that somebody ends leaves no report; a newer drop ends the older run")
    func ending() throws {
        let bench = try bench(Self.slots)
        let mailing = try #require(bench.round.valid["autumn"]?.mailing)
        var asked = 0
        let run = DryRun(
            mailing: mailing, reader: bench.round.reader, now: bench.clock.now,
            goesOn: { _ in
                asked += 1
                return asked < 3
            })
        #expect(try run.run() == nil)
        let runs = DryRuns(clock: { .epoch })
        runs.want(mailing)
        runs.want(mailing)
        #expect(runs.stage(of: "autumn") == .waiting)
        runs.runWanted(bench.round.reader)
        #expect(runs.takeFinished().count == 1)
        runs.want(mailing)
        runs.forget("autumn")
        runs.runWanted(bench.round.reader)
        #expect(runs.takeFinished().isEmpty && runs.stage(of: "autumn") == nil)
    }

    @Test("after fourteen days nobody real is shown any more, neither in files nor in the store")
    func fourteenDays() throws {
        let bench = try bench(Self.slots.replacing("send: now", "send: hold"))
        bench.clock.advance(.days(13))
        bench.tick()
        #expect(bench.preview("autumn/combination-1.eml") != nil)
        bench.clock.advance(.days(1) + .seconds(1))
        bench.tick()
        #expect(bench.preview("autumn/combination-1.eml") == nil)
        let page = try #require(bench.preview("autumn.html"))
        #expect(!page.contains("@example.org") && page.contains("3 people, 60 %"))
        #expect(try bench.store.reader().preview(of: "autumn")?.people.isEmpty == true)
        // The files of a mailing whose template is gone go too.
        bench.drop("winter.html", Self.slots.replacing("send: now", "send: hold"))
        bench.look()
        bench.delete("winter.html")
        bench.look()
        #expect(bench.preview("winter/combination-1.eml") != nil)
        bench.clock.advance(.days(14) + .seconds(1))
        bench.tick()
        #expect(bench.preview("winter.html") == nil)
        #expect(bench.preview("winter/combination-1.eml") == nil)
    }

    @Test("who is erased disappears from the previews that show her, and from those only")
    func erasure() throws {
        let bench = try bench(Self.slots)
        let examples = try report(bench).combinations.map(\.example)
        let gone = examples[0]
        let at = bench.clock.now
        _ = try bench.store.write(.control) { access in
            try access.restrict(gone, to: .erased, at: at)
        }
        bench.tick()
        let page = try #require(bench.preview("autumn.html"))
        #expect(!page.contains("p\(gone - 1)@example.org"))
        #expect(page.contains("p\(examples[1] - 1)@example.org"))
        #expect(bench.preview("autumn/combination-1.eml") == nil)
        #expect(bench.preview("autumn/combination-2.eml") != nil)
        #expect(try bench.store.reader().previewsOfErased().isEmpty)
    }

    @Test("a sample is the same however the people come, and fair to small and large ids")
    func sampling() {
        var sample = PeopleSample(size: 100)
        for id in 1...5000 { _ = sample.take(Int64(id)) }
        var reversed = PeopleSample(size: 100)
        for id in (1...5000).reversed() { _ = reversed.take(Int64(id)) }
        #expect(sample.ids == reversed.ids && Set(sample.ids).count == 100)
        let low = sample.ids.filter { $0 <= 2500 }.count
        #expect((25...75).contains(low))
    }
}

extension String {
    func replacing(_ part: String, _ other: String) -> String {
        guard let range = firstRange(of: part) else { return self }
        return String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
    }
}

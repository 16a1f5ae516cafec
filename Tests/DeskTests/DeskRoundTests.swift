import Core
import Folder
import Glibc
import JSON
import Rules
import Store
import Testing

@testable import Desk

@Suite struct DeskRoundTests {
    @Test("a folder that is whole comes into force, with previews")
    func activation() throws {
        let bench = try DeskBench()
        bench.dropAll()
        bench.look(start: true)
        let record = try #require(try bench.record())
        #expect(record.state == .waiting && record.isPresent)
        #expect(record.reason?.hasPrefix("starts at ") == true)
        let version = try #require(try bench.store.reader().version(record.activeVersion!))
        #expect(version.topic == "news" && !version.isTriggered)
        let page = try #require(bench.preview("autumn.html"))
        #expect(page.contains("<b>3</b><span>recipients</span>"))
        #expect(page.contains("<iframe sandbox") && page.contains("&lt;p&gt;Hello"))
        #expect(bench.preview("autumn.error.txt") == nil)
        #expect(bench.rules.current.segments["everybody"] != nil)
        #expect(try bench.store.reader().rulesFiles()["loop.conf"] == DeskBench.rulesText)
    }

    @Test("once people click, the preview shows how often, for each place of a link")
    func clicks() throws {
        let bench = try DeskBench()
        bench.dropAll()
        bench.drop(
            "autumn.html",
            DeskBench.mailing + "<a href=\"https://a.example/\">a</a>"
                + "<a href=\"https://a.example/\">again</a>")
        bench.look(start: true)
        #expect(bench.preview("autumn.html")?.contains("<th>People") == false)
        let now = bench.clock.now
        let mailing = try #require(try bench.record()?.id)
        try bench.store.write(.control) { access in
            try access.release("autumn", at: now)
            for (profile, link) in [(1, 1), (2, 1), (2, 2)] as [(Int64, Int64)] {
                let key = DeliveryKey(mailing: mailing, profile: profile, occasion: .once)
                let version = try access.mailing(mailing)!.activeVersion!
                let delivery =
                    try access.queue(key, version: version, due: now, at: now)
                    ?? access.deliveries(profile: profile)[0].id
                try access.record(
                    EventRecord(
                        profile: profile, kind: .click, at: now, mailing: mailing,
                        delivery: delivery, link: "\(link)", verdict: "human",
                        data: ["n": .integer(link)]))
            }
            try access.count(
                anonymousClick: 2, named: nil, in: .html, mailing: mailing, isMachine: false)
        }
        bench.look(after: .minutes(6))
        let page = try #require(bench.preview("autumn.html"))
        #expect(page.contains("<th>People<th>Anonymous<th>All requests"))
        let cells = { (numbers: [Int]) in
            numbers.map { "<td class=\"n\">\($0)</td>" }.joined() + "</tr>"
        }
        #expect(page.contains(cells([2, 0, 2])) && page.contains(cells([1, 1, 1])))
        #expect(page.contains(cells([0, 0, 0])))
    }

    @Test("an error is published when it has lasted, the last good version stays, mending clears")
    func errors() throws {
        let bench = try DeskBench()
        bench.dropAll()
        bench.look(start: true)
        let good = try bench.record()?.activeVersion
        bench.drop("autumn.html", DeskBench.mailing + "\n{{ frist_name }}")
        bench.look()
        #expect(bench.preview("autumn.error.txt") == nil)
        bench.look(after: .seconds(2))
        let error = try #require(bench.preview("autumn.error.txt"))
        #expect(error.hasPrefix("autumn.html:9:4: refuse: unknown-field: "))
        #expect(error.contains("did you mean \"first_name\"?\n    {{ frist_name }}\n       ^"))
        #expect(try bench.record()?.activeVersion == good)
        bench.drop("autumn.html", DeskBench.mailing + "\n{{ first_name }}")
        bench.look()
        #expect(bench.preview("autumn.error.txt") == nil)
        #expect(try bench.record()?.activeVersion != good)
    }

    @Test("broken rules leave the last good ones in force")
    func brokenRules() throws {
        let bench = try DeskBench()
        bench.dropAll()
        bench.look(start: true)
        bench.drop("loop.conf", "[segment everybody]\nwhere = nosuch > 1\n")
        bench.look(after: .seconds(2))
        #expect(bench.preview("loop.error.txt")?.hasPrefix("loop.conf:2:") == true)
        #expect(bench.rules.current.fields["first_name"] != nil)
        #expect(try bench.record()?.isPresent == true)
        bench.drop("loop.conf", DeskBench.rulesText + "\n[field city]\ntype = text\n")
        bench.look()
        #expect(bench.preview("loop.error.txt") == nil)
        #expect(bench.rules.current.fields["city"] != nil)
    }

    @Test("doubtful rules are in force, and what is doubtful stands beside the previews")
    func doubtfulRules() throws {
        let bench = try DeskBench()
        bench.dropAll()
        bench.drop(
            "loop.conf",
            DeskBench.rulesText
                + "\n[segment none]\nwhere = email is blank and email is not blank\n")
        bench.look(start: true, after: .seconds(2))
        #expect(bench.preview("loop.error.txt") == nil)
        #expect(bench.rules.current.segments["none"] != nil)
        #expect(bench.preview("loop.warning.txt")?.contains("contradicts itself") == true)
        bench.drop("loop.conf", DeskBench.rulesText)
        bench.look()
        #expect(bench.preview("loop.warning.txt") == nil)
    }

    @Test("an image that is there and cannot be taken is not called missing")
    func refusedImage() throws {
        let bench = try DeskBench()
        bench.dropAll()
        symlink("/etc/passwd", bench.home + "/Templates/hero.png")
        bench.drop(
            "autumn.html",
            DeskBench.mailing + "<img src=\"hero.png\" alt=\"A\" width=\"1\" height=\"1\">")
        bench.look(start: true, after: .seconds(2))
        let error = try #require(bench.preview("autumn.error.txt"))
        #expect(error.contains("hero.png is a symbolic link"), "\(error)")
        #expect(!error.contains("unknown image"))
    }

    @Test("rules that name a mailing wait for it")
    func references() throws {
        let bench = try DeskBench()
        bench.dropAll()
        bench.drop("loop.conf", DeskBench.rulesText + "\n[action a]\ndo = send autumm\n")
        bench.look(start: true, after: .seconds(2))
        #expect(bench.preview("loop.error.txt")?.contains("did you mean \"autumn\"?") == true)
        bench.drop("loop.conf", DeskBench.rulesText + "\n[action a]\ndo = send autumn\n")
        bench.look()
        #expect(bench.preview("loop.error.txt") == nil)
    }

    @Test("a changed partial makes a new version of what uses it; a restart makes none")
    func partials() throws {
        let bench = try DeskBench()
        bench.dropAll()
        bench.look(start: true)
        let first = try bench.record()?.activeVersion
        try bench.restart()
        bench.look(start: true)
        #expect(try bench.record()?.activeVersion == first)
        bench.drop("partials/foot.html", DeskBench.foot + "!")
        bench.look()
        #expect(try bench.record()?.activeVersion != first)
        bench.drop("partials/foot.html", "{% if %}")
        bench.look(after: .seconds(2))
        #expect(bench.preview("autumn.error.txt")?.contains("partials/foot.html:1:") == true)
    }

    @Test("a small mailing starts after the cool-off, and only once")
    func release() throws {
        let bench = try DeskBench()
        bench.dropAll()
        bench.look(start: true, after: .minutes(9))
        #expect(try bench.record()?.state == .waiting)
        bench.look(after: .minutes(2))
        #expect(try bench.record()?.state == .running)
        #expect(try bench.record()?.runningVersion != nil)
        bench.drop("autumn.html", DeskBench.mailing + "<p>edited</p>")
        bench.look(after: .days(1))
        let record = try #require(try bench.record())
        #expect(record.state == .running && record.runningVersion != record.activeVersion)
    }

    @Test("a mailing whose file is in error does not start by itself")
    func brokenWaits() throws {
        let bench = try DeskBench()
        bench.dropAll()
        bench.look(start: true, after: .minutes(9))
        bench.drop("autumn.html", DeskBench.mailing + "{% if %}")
        bench.look(after: .days(1))
        #expect(try bench.record()?.state == .waiting)
        #expect(try bench.record()?.reason?.contains("in error") == true)
        bench.drop("autumn.html", DeskBench.mailing)
        bench.look(after: .seconds(1))
        #expect(try bench.record()?.state == .running)
    }

    @Test("a big mailing waits until the code of its preview is written into it")
    func approval() throws {
        let bench = try DeskBench(people: 12)
        bench.settings.releaseLimit = 10
        try bench.restart()
        bench.dropAll()
        bench.look(start: true, after: .days(1))
        #expect(try bench.record()?.state == .waiting)
        #expect(try bench.record()?.reason?.contains("12 recipients exceed") == true)
        let page = try #require(bench.preview("autumn.html"))
        let code = try #require(page.split(separator: "approve: ").last?.prefix { $0 != "<" })
        let version = try bench.record()?.activeVersion
        let wrong = "approve: 12-kxxxx"
        bench.drop("autumn.html", DeskBench.mailing.approved(by: wrong))
        bench.look()
        #expect(try bench.record()?.state == .waiting)
        #expect(try bench.record()?.reason?.contains("another version") == true)
        bench.drop("autumn.html", DeskBench.mailing.approved(by: "approve: \(code)"))
        bench.look()
        #expect(try bench.record()?.state == .running)
        #expect(try bench.record()?.runningVersion == version)
    }

    @Test("people who may not be mailed do not count")
    func audience() throws {
        let bench = try DeskBench()
        bench.dropAll()
        bench.look(start: true)
        let at = bench.clock.now
        _ = try bench.store.write(.control) { access in
            try access.restrict(1, to: .unsubscribed, at: at)
        }
        try bench.restart()
        bench.look(start: true)
        #expect(bench.preview("autumn.html")?.contains("<b>2</b><span>recipients") == true)
    }

    @Test("a deleted file stops nothing and is noted, also when it went during a stop")
    func deletion() throws {
        let bench = try DeskBench()
        bench.dropAll()
        bench.look(start: true)
        bench.delete("autumn.html")
        bench.look()
        #expect(try bench.record()?.isPresent == false)
        bench.drop("autumn.html", DeskBench.mailing)
        bench.look()
        #expect(try bench.record()?.isPresent == true)
        bench.delete("autumn.html")
        try bench.restart()
        bench.look(start: true)
        #expect(try bench.record()?.isPresent == false)
    }

    @Test("links, large files and leftovers are not taken")
    func strangers() throws {
        let bench = try DeskBench()
        bench.dropAll()
        symlink("/etc/passwd", bench.home + "/Templates/linked.html")
        mkfifo(bench.home + "/Templates/pipe.html", 0o600)
        bench.write(
            "large.html", [UInt8](repeating: 0x61, count: TemplateFolder.maximumBytes + 1))
        bench.drop(".autumn.html.swp", "x")
        bench.drop("autumn.html~", "x")
        bench.look(start: true, after: .seconds(2))
        #expect(bench.preview("linked.error.txt")?.contains("symbolic link") == true)
        #expect(bench.preview("pipe.error.txt")?.contains("no regular file") == true)
        #expect(bench.preview("large.error.txt")?.contains("larger than 2 MB") == true)
        #expect(try bench.store.reader().mailings().map(\.name) == ["autumn"])
    }
}

extension String {
    /// With a line more in the front matter.
    fileprivate func approved(by line: String) -> String {
        "---\n" + line + dropFirst(3)
    }
}

import Composition
import Core
import Store
import Testing

@testable import Desk

@Suite struct DeskAssetTests {
    /// A GIF of one pixel; the last byte tells two apart.
    private static func gif(_ last: UInt8) -> [UInt8] {
        Array("GIF89a".utf8) + [1, 0, 1, 0, 0x80, 0, 0, last]
    }

    private func mailing(_ more: String, _ body: String) -> String {
        """
        ---
        subject: Hi
        from: news@shop.example
        topic: news
        audience: everybody
        send: now
        \(more)
        ---
        \(body){% render "foot" %}
        """
    }

    private func bench(_ more: String, _ body: String) throws -> DeskBench {
        let bench = try DeskBench()
        bench.drop("loop.conf", DeskBench.rulesText)
        bench.drop("partials/foot.html", DeskBench.foot)
        bench.write("images/a.gif", Self.gif(1))
        bench.drop("autumn.html", mailing(more, body))
        bench.round.look(named: nil, isStart: true)
        return bench
    }

    private func version(_ bench: DeskBench) throws -> VersionRecord? {
        let reader = try bench.store.reader()
        return try reader.mailing(named: "autumn")?.activeVersion.flatMap { try reader.version($0) }
    }

    @Test("an image is frozen with the version, and a change to it makes a new version")
    func changed() throws {
        let bench = try bench("images: host", #"<img src="images/a.gif" alt="A">"#)
        let first = try #require(try version(bench))
        let hash = ContentID(file: Self.gif(1)).text
        bench.tick()
        #expect(bench.preview("autumn.html")?.contains("autumn/\(hash).gif") == true)
        #expect(bench.preview("autumn/\(hash).gif") != nil)
        let reader = try bench.store.reader()
        #expect(try reader.publicAsset(hash)?.bytes == Self.gif(1))
        #expect(try reader.publicAsset(hash)?.mediaType == "image/gif")
        bench.write("images/a.gif", Self.gif(2))
        bench.round.look(named: ["images/a.gif"], isStart: false)
        let second = try #require(try version(bench))
        #expect(second.hash != first.hash)
        #expect(try reader.asset(hash) != nil)
        #expect(try reader.asset(ContentID(file: Self.gif(2)).text) == Self.gif(2))
        bench.write("images/other.gif", Self.gif(3))
        bench.round.look(named: ["images/other.gif"], isStart: false)
        #expect(try version(bench)?.hash == second.hash)
    }

    @Test("a mailing whose image comes later is taken on then")
    func later() throws {
        let bench = try bench("images: host", #"<img src="images/b.gif" alt="B">"#)
        #expect(try version(bench) == nil)
        bench.write("images/b.gif", Self.gif(4))
        bench.round.look(named: ["images/b.gif"], isStart: false)
        #expect(try version(bench) != nil)
    }

    @Test("a mailing waits while its coupon pool is missing or short, and says so")
    func coupons() throws {
        let bench = try bench("text: auto", "{% coupon \"autumn\" %}")
        bench.settings.coolOff = .zero
        try bench.restart()
        bench.round.look(named: nil, isStart: true)
        func state() throws -> MailingRecord? {
            bench.tick()
            bench.clock.advance(.seconds(10))
            return try bench.store.reader().mailing(named: "autumn")
        }
        #expect(try state()?.reason?.contains("there is no coupon pool autumn") == true)
        try bench.store.write(.control) { _ = try $0.importCoupons(["A", "B"], to: "autumn") }
        #expect(
            try state()?.reason
                == "the coupon pool autumn has 2 codes left for 3 recipients: import more")
        try bench.store.write(.control) { _ = try $0.importCoupons(["C"], to: "autumn") }
        #expect(try state()?.state == .running)
    }
}

import Core
import HTTP
import Store
import Testing

@testable import Site

@Suite struct ImageTests {
    private static let hash = String(repeating: "0a", count: 16)
    private static let bytes = (0...255).map { UInt8($0) }

    private func home(_ mediaType: String? = "image/png") throws -> SiteHome {
        let home = try SiteHome()
        try home.store.write(.control) { access in
            _ = try access.activate(
                .init(
                    name: "shown", hash: "1", kind: .marketing, topic: nil, isTriggered: false,
                    source: [],
                    assets: [
                        AssetRecord(hash: Self.hash, mediaType: mediaType, bytes: Self.bytes)
                    ]), at: SiteHome.now)
        }
        return home
    }

    @Test("an image is served whole, with its type, for ever, and asking leaves no trace")
    func served() throws {
        let home = try home()
        for _ in 0..<2 {
            let answer = home.ask(.get, "/i/\(Self.hash).png")
            #expect(answer.status == 200)
            #expect(answer.body == Self.bytes)
            #expect(answer.headers["content-type"] == "image/png")
            #expect(
                answer.headers["cache-control"] == "public, max-age=31536000, immutable")
            #expect(answer.headers["x-content-type-options"] == "nosniff")
            #expect(home.ask(.head, "/i/\(Self.hash).png").status == 200)
        }
        #expect(home.ask(.post, "/i/\(Self.hash).png").status == 405)
        #expect(try home.hits().isEmpty)
    }

    @Test("another spelling, type or name is unknown, and so is what was never shown")
    func unknown() throws {
        let shown = try home()
        for path in [
            "/i/\(Self.hash).jpg", "/i/\(Self.hash).PNG", "/i/\(Self.hash)", "/i/\(Self.hash).",
            "/i/\(Self.hash.uppercased()).png", "/i/", "/i", "/i/..", "/i/\(Self.hash).png/",
            "/i/\(Self.hash)0.png", "/i/x/\(Self.hash).png", "/i/\(Self.hash).png.png",
            "/i/" + String(repeating: "0b", count: 16) + ".png",
            "/i/%30" + Self.hash.dropFirst()
                + ".png",
        ] { #expect(shown.ask(.get, path).status == 404, "\(path)") }
        #expect(try home(nil).ask(.get, "/i/\(Self.hash).png").status == 404)
    }

    @Test("the cache keeps what was asked for last, within its bounds")
    func cache() {
        var cache = ImageCache()
        let large = [UInt8](repeating: 1, count: ImageCache.limit / 4)
        for name in ["a", "b", "c", "d"] {
            cache.keep(ImageCache.Image(bytes: large, mediaType: "image/png"), name)
        }
        #expect(cache.find("a") != nil)
        cache.keep(ImageCache.Image(bytes: large, mediaType: "image/png"), "e")
        #expect(cache.find("a") != nil)
        #expect(cache.find("b") == nil)
        cache.keep(
            ImageCache.Image(bytes: large + large + large + large + [1], mediaType: "x"), "f")
        #expect(cache.find("f") == nil)
    }
}

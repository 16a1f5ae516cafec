import Core
import Testing

@testable import Store

@Suite struct AssetTests {
    private func activate(_ home: TemporaryStore, _ hash: String, _ assets: [AssetRecord]) throws {
        try home.store.write(.control) { access in
            _ = try access.activate(
                .init(
                    name: "autumn", hash: hash, kind: .marketing, topic: nil, isTriggered: false,
                    source: [], assets: assets), at: Instant(milliseconds: 1))
        }
    }

    @Test("the same bytes are kept once, losslessly, and served only when a version shows them")
    func once() throws {
        let home = try TemporaryStore()
        let bytes = (0...255).map { UInt8($0) }
        for version in 0..<5 {
            try activate(
                home, "\(version)", [AssetRecord(hash: "aa", mediaType: nil, bytes: bytes)])
        }
        let reader = try home.store.reader()
        #expect(try reader.asset("aa") == bytes)
        #expect(try reader.publicAsset("aa") == nil)
        #expect(try reader.asset("bb") == nil)
        let image = AssetRecord(hash: "aa", mediaType: "image/png", bytes: bytes)
        try activate(home, "6", [image])
        #expect(try reader.publicAsset("aa") == image)
        // Mail that shows it is out, whatever the next version does.
        try activate(home, "7", [AssetRecord(hash: "aa", mediaType: nil, bytes: bytes)])
        #expect(try reader.publicAsset("aa") == image)
        let rows = try reader.connection.first("SELECT count(*) FROM asset") { $0.integer(0) }
        #expect(rows == 1)
    }
}

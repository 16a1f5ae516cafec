/// A file that mailing versions refer to.
package struct AssetRecord: Hashable, Sendable {
    /// Of its bytes: the same hash is the same file.
    package var hash: String
    /// What the public endpoint serves it as; nil: it does not.
    package var mediaType: String?
    package var bytes: [UInt8]

    package init(hash: String, mediaType: String?, bytes: [UInt8]) {
        self.hash = hash
        self.mediaType = mediaType
        self.bytes = bytes
    }
}

extension ReadAccess {
    package func asset(_ hash: String) throws(StoreError) -> [UInt8]? {
        try connection.first("SELECT data FROM asset WHERE hash = ?", [.text(hash)]) { $0.blob(0) }
    }

    /// A file that is served in public; nil also for one that only travels with messages.
    package func publicAsset(_ hash: String) throws(StoreError) -> AssetRecord? {
        try connection.first(
            "SELECT hash, media_type, data FROM asset WHERE hash = ? AND media_type IS NOT NULL",
            [.text(hash)]
        ) { AssetRecord(hash: $0.text(0), mediaType: $0.text(1), bytes: $0.blob(2)) }
    }
}

extension WriteAccess {
    /// Keeps files that are not known yet. One that was served once stays so: mail that shows it is
    /// out.
    func keep(_ assets: [AssetRecord]) throws(StoreError) {
        for asset in assets {
            let isNew =
                try connection.first(
                    "SELECT 1 FROM asset WHERE hash = ?", [.text(asset.hash)], { $0.integer(0) })
                == nil
            if isNew {
                try connection.run(
                    "INSERT INTO asset (hash, data) VALUES (?, ?)",
                    [.text(asset.hash), .blob(asset.bytes)])
            }
            if let type = asset.mediaType {
                try connection.run(
                    "UPDATE asset SET media_type = ? WHERE hash = ?",
                    [.text(type), .text(asset.hash)])
            }
        }
    }
}

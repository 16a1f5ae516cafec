import Diagnostics
import JSON

/// Everything a mailing is made from, as it stood at one moment: what the store freezes with a
/// version, so that a running mailing keeps what it started with.
package struct MailingSource: Hashable, Sendable {
    /// The mailing's name: its file's without the ending.
    package var name: String
    /// Paths relative to the folder (`autumn.html`, `autumn.txt`, `layouts/letter.html`,
    /// `partials/footer.html`, `loop.conf`, `loop/10-fields.conf`) with their bytes.
    package var files: [String: [UInt8]]
    /// Files that are there and cannot be taken, with the reason; none in what is frozen.
    package var refused: [String: String]

    package init(
        name: String, files: [String: [UInt8]], refused: [String: String] = [:]
    ) {
        self.name = name
        self.files = files
        self.refused = refused
    }

    package var htmlPath: String { "\(name).html" }
    package var textPath: String { "\(name).txt" }
    package static func layoutPath(_ name: String) -> String { "layouts/\(name).html" }
    package static func partialPath(_ name: String) -> String { "partials/\(name).html" }

    /// The paths of the rules among `paths`, in the order in which they are read.
    package static func rulesPaths(among paths: some Sequence<String>) -> [String] {
        paths.filter {
            $0 == "loop.conf" || $0.hasPrefix("loop/") && $0.hasSuffix(".conf")
        }.sorted()
    }

    /// Why no file is found under a name: it cannot be taken, or no path of it is there.
    func absence(
        of kind: String, _ name: String, at paths: [String], among known: [String]
    ) -> String {
        for path in paths {
            if let reason = refused[path] { return "\(path) \(reason)" }
        }
        return unknownName(kind, name, among: known)
    }

    /// Only the files at `paths`.
    package func restricted(to paths: Set<String>) -> MailingSource {
        MailingSource(name: name, files: files.filter { paths.contains($0.key) })
    }

    /// Names the content but for the line `approve: CODE`, so that writing the code down does not
    /// make a version of which the code would no longer be true.
    package var contentID: ContentID {
        ContentID(
            files.sorted { $0.key < $1.key }.map { path, bytes in
                (path, path == htmlPath ? FrontMatterReader.withoutApproval(bytes) : bytes)
            })
    }
}

extension MailingSource {
    /// Why stored bytes are no source.
    package enum Unreadable: Error, Hashable, CustomStringConvertible {
        case notJSON(String)
        case wrongShape
        /// An image or attachment that is not stored.
        case missingAsset(path: String)

        package var description: String {
            switch self {
            case .notJSON(let why): "the frozen source is not JSON: \(why)"
            case .wrongShape: "the frozen source is not a name with files"
            case .missingAsset(let path): "the bytes of \(path) are not stored"
            }
        }
    }

    /// Whether a path is a template's or the rules': text, frozen in the version itself. Anything
    /// else is an asset, kept once however many versions use it.
    private static func isText(_ path: String) -> Bool {
        switch path.split(separator: "/").first {
        case "layouts", "partials": path.hasSuffix(".html")
        case "loop": path.hasSuffix(".conf")
        default:
            !path.contains("/")
                && (path.hasSuffix(".html") || path.hasSuffix(".txt") || path == "loop.conf")
        }
    }

    /// Images and attachments, by the hash of their bytes.
    package var assets: [ContentID: [UInt8]] {
        var assets: [ContentID: [UInt8]] = [:]
        for (path, bytes) in files where !Self.isText(path) {
            assets[ContentID(file: bytes)] = bytes
        }
        return assets
    }

    /// `{"name": …, "files": {path: text}, "assets": {path: hash}}`; the bytes of assets are stored
    /// beside it. Templates that are not UTF-8 do not survive this, and compiling refuses them
    /// before.
    package var frozen: [UInt8] {
        let sorted = files.sorted { $0.key < $1.key }
        let texts = sorted.filter { Self.isText($0.key) }.map {
            ($0.key, JSON.string(String(decoding: $0.value, as: UTF8.self)))
        }
        var frozen = JSON.Object([
            ("name", .string(name)), ("files", .object(JSON.Object(texts))),
        ])
        let assets = sorted.filter { !Self.isText($0.key) }.map {
            ($0.key, JSON.string(ContentID(file: $0.value).text))
        }
        if !assets.isEmpty { frozen["assets"] = .object(JSON.Object(assets)) }
        return JSON.object(frozen).bytes
    }

    /// Reads a frozen source; `asset` finds an asset's bytes by their hash.
    package init(
        frozen bytes: some Sequence<UInt8>, asset: (ContentID) -> [UInt8]? = { _ in nil }
    ) throws(Unreadable) {
        let json: JSON
        do {
            json = try JSON(parsing: bytes)
        } catch {
            throw .notJSON(error.description)
        }
        guard let name = json["name"]?.string, let members = json["files"]?.object?.members else {
            throw .wrongShape
        }
        self.init(name: name, files: [:])
        for (path, value) in members {
            guard let text = value.string else { throw .wrongShape }
            files[path] = Array(text.utf8)
        }
        for (path, value) in json["assets"]?.object?.members ?? [] {
            guard let hash = value.string else { throw .wrongShape }
            guard let bytes = asset(ContentID(text: hash)) else {
                throw .missingAsset(path: path)
            }
            files[path] = bytes
        }
    }
}

import JSON

/// Everything a mailing is made from, as it stood at one moment: what the store freezes with a
/// version, so that a running mailing keeps what it started with.
package struct MailingSource: Hashable, Sendable {
    /// The mailing's name: its file's without the ending.
    package var name: String
    /// Paths relative to the folder (`autumn.html`, `autumn.txt`, `layouts/letter.html`,
    /// `partials/footer.html`, `loop.conf`, `loop/10-fields.conf`) with their bytes.
    package var files: [String: [UInt8]]

    package init(name: String, files: [String: [UInt8]]) {
        self.name = name
        self.files = files
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

        package var description: String {
            switch self {
            case .notJSON(let why): "the frozen source is not JSON: \(why)"
            case .wrongShape: "the frozen source is not a name with files"
            }
        }
    }

    /// `{"name": …, "files": {path: text}}`. Files that are not UTF-8 do not survive this, and
    /// compiling refuses them before.
    package var frozen: [UInt8] {
        let files = files.sorted { $0.key < $1.key }.map {
            ($0.key, JSON.string(String(decoding: $0.value, as: UTF8.self)))
        }
        return JSON.object(
            JSON.Object([("name", .string(name)), ("files", .object(JSON.Object(files)))])
        ).bytes
    }

    package init(frozen bytes: some Sequence<UInt8>) throws(Unreadable) {
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
    }
}

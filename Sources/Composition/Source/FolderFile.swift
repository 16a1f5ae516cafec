/// What a file in the marketers' folder is, by its path.
package enum FolderFile: Hashable, Sendable {
    /// `NAME.html`
    case mailing(String)
    /// `NAME.txt`
    case text(String)
    /// `layouts/NAME.html`
    case layout
    /// `partials/NAME.html`, also in folders below.
    case partial
    /// `loop.conf`, `loop/NAME.conf`
    case rules
    /// `pages/NAME.html`
    case page
    /// `samples/NAME.json`
    case sample
    /// Anything below `attachments/`, and what people attach or show in a mail anywhere: by its
    /// ending.
    case asset

    /// Nil for what maild does not read: hidden files, what editors leave beside a file (swap,
    /// backup, autosave), and everything in the wrong place. Paths are relative, parts separated
    /// by `/`, and at most 200 octets long.
    package init?(path: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard path.utf8.count <= 200, let last = parts.last,
            parts.allSatisfy({ !$0.isEmpty && !$0.hasPrefix(".") }), !Self.isLeftover(last),
            path.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
        else { return nil }
        switch (parts.count, parts[0]) {
        case (1, _):
            if last == "loop.conf" {
                self = .rules
            } else if let name = Self.stem(last, ".html") {
                self = .mailing(name)
            } else if let name = Self.stem(last, ".txt") {
                self = .text(name)
            } else if MediaType.isAsset(path) {
                self = .asset
            } else {
                return nil
            }
        case (2, "layouts") where Self.stem(last, ".html") != nil: self = .layout
        case (2..., "partials") where Self.stem(last, ".html") != nil: self = .partial
        case (2, "loop") where Self.stem(last, ".conf") != nil: self = .rules
        case (2, "pages") where Self.stem(last, ".html") != nil: self = .page
        case (2, "samples") where Self.stem(last, ".json") != nil: self = .sample
        case (2..., "attachments"): self = .asset
        case (2..., "layouts"), (2..., "partials"), (2..., "loop"), (2..., "pages"),
            (2..., "samples"):
            return nil
        default:
            guard MediaType.isAsset(path) else { return nil }
            self = .asset
        }
    }

    private static func stem(_ name: Substring, _ ending: String) -> String? {
        name.hasSuffix(ending) && name.utf8.count > ending.utf8.count
            ? String(name.dropLast(ending.count)) : nil
    }

    /// vim's `4913` and `x~`, Emacs's `#x#`, Office's `~$x`, rsync's and others' `.tmp`.
    private static func isLeftover(_ name: Substring) -> Bool {
        name.hasSuffix("~") || name.hasPrefix("~") || name.hasPrefix("#") || name == "4913"
            || [".swp", ".swx", ".tmp", ".bak", ".part", ".orig"].contains { name.hasSuffix($0) }
    }
}

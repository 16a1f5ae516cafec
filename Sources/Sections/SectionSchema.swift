/// Which sections and keys a file may have; anything else is a finding with the nearest name.
package struct SectionSchema: Sendable {
    /// Whether a section's header has a second word.
    package enum Naming: Sendable {
        case none, optional, required
    }

    /// A key of a section.
    package struct Key: Sendable {
        package var name: String
        /// Whether it may be given more than once.
        package var repeats: Bool
        /// Whether the key is two words, the second free: `topic news = …`. Given twice with the
        /// same second word it is a duplicate.
        package var named: Bool

        package init(_ name: String, repeats: Bool = false, named: Bool = false) {
            self.name = name
            self.repeats = repeats
            self.named = named
        }
    }

    /// A kind of section.
    package struct Kind: Sendable {
        package var name: String
        package var naming: Naming
        package var keys: [Key]

        package init(_ name: String, _ naming: Naming = .none, keys: [Key]) {
            self.name = name
            self.naming = naming
            self.keys = keys
        }

        /// With keys that neither repeat nor have a second word, and those in `repeating` that do.
        package init(
            _ name: String, _ naming: Naming = .none, _ keys: [String], repeating: [String] = []
        ) {
            self.init(
                name, naming,
                keys: keys.map { Key($0) } + repeating.map { Key($0, repeats: true) })
        }
    }

    package var kinds: [Kind]
    /// What may stand before the first header; it becomes a section whose kind is empty.
    package var topLevel: Kind?

    package init(_ kinds: [Kind], topLevel: [String] = []) {
        self.kinds = kinds
        self.topLevel = topLevel.isEmpty ? nil : Kind("", .none, topLevel)
    }
}

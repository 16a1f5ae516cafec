/// The tags by their roles.
enum TagName {
    static let blocks: Set<String> = [
        "if", "unless", "case", "for", "tablerow", "capture", "ifchanged",
    ]
    static let mailBlocks: Set<String> = ["slot", "blocks"]
    static let simple: Set<String> = [
        "assign", "echo", "cycle", "increment", "decrement", "break", "continue", "render",
        "include",
    ]
    static let mailSimple: Set<String> = ["abort", "coupon", "require", "survey"]
    static let skipped: Set<String> = ["comment", "raw", "doc", "liquid"]
    /// They belong inside a block.
    static let inner: Set<String> = ["else", "elsif", "when", "alt", "default", "block"]

    static func opens(_ name: String, in mode: Template.Mode) -> Bool {
        blocks.contains(name) || simple.contains(name) && !(mode.isMail && name == "include")
            || mode.isMail && (mailBlocks.contains(name) || mailSimple.contains(name))
    }

    static func isBlock(_ name: String) -> Bool {
        blocks.contains(name) || mailBlocks.contains(name)
    }

    /// Prints nothing, so a body that holds it can still be blank.
    static func isSilent(_ name: String) -> Bool {
        name == "assign" || mailSimple.contains(name) && name != "coupon" && name != "survey"
    }

    static func known(in mode: Template.Mode) -> [String] {
        let all = blocks.union(simple).union(skipped).union(inner)
        let mail = mode.isMail ? mailBlocks.union(mailSimple) : []
        return all.union(mail).sorted()
    }
}

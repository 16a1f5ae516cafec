/// One parsed text: a template, a layout, a partial, or a tree made from them.
package struct Template: Sendable {
    package var source: TemplateSource
    package var mode: Mode
    package var nodes: [Node]

    package init(source: TemplateSource, mode: Mode, nodes: [Node]) {
        self.source = source
        self.mode = mode
        self.nodes = nodes
    }

    /// Which language the text is written in.
    package enum Mode: Sendable, Hashable {
        /// Plain Liquid; lenient syntax is accepted where Shopify's parser does.
        case lax
        /// Plain Liquid, malformed outputs and tags refused.
        case strict
        /// Plain Liquid, the strictest of Shopify's parsers.
        case strict2
        /// The language of mailings: Liquid with slots, blocks, abort, require; always strict.
        case mail

        package var isMail: Bool { self == .mail }
    }
}

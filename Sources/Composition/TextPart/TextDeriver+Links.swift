import Core
import Liquid

/// Links and images as text.
extension TextDeriver {
    /// A link that is open: its target, what a click is called and runs, and what its text has
    /// been so far.
    struct OpenLink {
        var target: [Node]
        var name: String?
        var action: String?
        var place: Place
        var start: Int
    }

    mutating func open(
        _ token: HTMLToken, _ fragment: Fragment, _ out: inout [Node], _ links: inout [OpenLink]
    ) {
        guard let href = token["href"], let place = fragment.place(at: href.value.lowerBound)
        else { return }
        // A link ends where the next begins: they do not nest in HTML.
        if let last = links.popLast() { close(last, &out) }
        // Line ends first, so that they do not count as text of the link.
        flushBreaks(&out, at: place)
        let target = LinkRewriter.decoded(fragment.nodes(in: href.value))
        links.append(
            OpenLink(
                target: target, name: fragment.literal("data-link", of: token),
                action: fragment.literal("data-action", of: token), place: place,
                start: out.count))
    }

    mutating func close(_ link: OpenLink, _ out: inout [Node]) {
        guard !link.target.isEmpty else { return }
        if case .text(let text) = link.target[0], text.bytes.first == UInt8(ascii: "#") { return }
        let shown = Array(out[min(link.start, out.count)...])
        let target =
            table.add(
                link.target, isInText: true, name: link.name, action: link.action, at: link.place
            ).map { [$0] }
            ?? Self.withoutScheme(link.target)
        if shown.isEmpty || Self.isSame(shown, link.target) {
            out.removeSubrange(min(link.start, out.count)...)
            flushBreaks(&out, at: link.place)
            out += target
        } else {
            out.append(.text(Node.Text([0x20, UInt8(ascii: "(")], at: link.place, isRaw: true)))
            out += target
            out.append(.text(Node.Text([UInt8(ascii: ")")], at: link.place, isRaw: true)))
        }
        state.endsWithBlank = false
    }

    /// `mailto:x@y` is written as the address alone.
    private static func withoutScheme(_ target: [Node]) -> [Node] {
        guard case .text(var text) = target[0] else { return target }
        for scheme in ["mailto:", "tel:", "sms:"]
        where text.bytes.starts(with: scheme.utf8) {
            text.bytes.removeFirst(scheme.utf8.count)
        }
        return [.text(text)] + target.dropFirst()
    }

    /// Whether a link's text is its target, spelt with or without the scheme.
    private static func isSame(_ shown: [Node], _ target: [Node]) -> Bool {
        guard let text = literalText(shown), let target = literalText(target) else { return false }
        let spoken = text.trimmed.lowercased()
        return ["", "http://", "https://", "mailto:", "tel:"].contains { scheme in
            [scheme + spoken, scheme + spoken + "/"].contains(target.lowercased())
        }
    }

    private static func literalText(_ nodes: [Node]) -> String? {
        var bytes: [UInt8] = []
        for node in nodes {
            guard case .text(let text) = node else { return nil }
            bytes += text.bytes
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    mutating func image(_ token: HTMLToken, _ fragment: Fragment, _ out: inout [Node]) {
        if let alt = token["alt"], !alt.value.isEmpty {
            put(fragment.nodes(in: alt.value), &out)
        }
    }
}

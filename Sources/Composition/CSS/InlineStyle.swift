import Liquid

/// What stands in a `style` attribute: the rules' declarations around those that were there.
///
/// Normal ones come before the attribute's own, which win; important ones behind it, where they
/// win without `!important`, which would also beat the media queries of the style block.
struct InlineStyle {
    private let normal: [StyleRule.Declaration]
    private let important: [StyleRule.Declaration]
    private let place: Place

    init(_ declarations: [StyleRule.Declaration], at place: Place) {
        let beaten = Set(declarations.filter(\.isImportant).map(\.property))
        normal = declarations.filter { !$0.isImportant && !beaten.contains($0.property) }
        important = declarations.filter(\.isImportant)
        self.place = place
    }

    /// About what it adds to the message.
    var byteCount: Int {
        (normal + important).reduce(10) { sum, declaration in
            declaration.value.reduce(sum + declaration.property.utf8.count + 2) { sum, node in
                if case .text(let text) = node { sum + text.bytes.count } else { sum + 20 }
            }
        }
    }

    /// Copies the start tag up to the end of its attributes, the styles in it.
    func write(to token: HTMLToken, _ copy: inout FragmentCopy) {
        let fragment = copy.fragment
        guard let attribute = token["style"],
            attribute.value.lowerBound > attribute.range.lowerBound
        else {
            copy.copy(upTo: Self.endOfAttributes(token, fragment))
            copy.put(" style=\"", at: place)
            write(normal + important, quote: UInt8(ascii: "\""), &copy)
            copy.put("\"", at: place)
            return
        }
        let isSingle =
            attribute.isQuoted
            && fragment.bytes[attribute.value.lowerBound - 1] == UInt8(ascii: "'")
        let quote = isSingle ? "'" : "\""
        copy.copy(upTo: attribute.range.lowerBound)
        copy.put(" style=\(quote)", at: place)
        write(normal, quote: quote.utf8.first!, &copy)
        let hasOwn = !attribute.value.isEmpty
        if hasOwn, !normal.isEmpty { copy.put(";", at: place) }
        copy.skip(to: attribute.value.lowerBound)
        copy.copy(upTo: attribute.value.upperBound)
        if !important.isEmpty {
            if hasOwn || !normal.isEmpty { copy.put(";", at: place) }
            write(important, quote: quote.utf8.first!, &copy)
        }
        copy.put(quote, at: place)
        copy.skip(to: attribute.range.upperBound)
    }

    private static func endOfAttributes(_ token: HTMLToken, _ fragment: Fragment) -> Int {
        if let last = token.attributes.last { return last.range.upperBound }
        var end = token.range.lowerBound + 1
        while end < token.range.upperBound, fragment.bytes[end] != UInt8(ascii: ">"),
            fragment.bytes[end] != UInt8(ascii: "/"), !HTMLTokenizer.isBlank(fragment.bytes[end])
        {
            end += 1
        }
        return end
    }

    private func write(
        _ declarations: [StyleRule.Declaration], quote: UInt8, _ copy: inout FragmentCopy
    ) {
        for (index, declaration) in declarations.enumerated() {
            copy.put((index > 0 ? ";" : "") + declaration.property + ":", at: place)
            for node in declaration.value {
                guard case .text(var text) = node else {
                    copy.put(node)
                    continue
                }
                text.bytes = Self.escaped(text.bytes, quote)
                copy.put(.text(text))
            }
        }
    }

    /// For an attribute in these quotes. Quotes of the other kind are written where that changes
    /// nothing.
    private static func escaped(_ bytes: [UInt8], _ quote: UInt8) -> [UInt8] {
        let other = quote == UInt8(ascii: "\"") ? UInt8(ascii: "'") : UInt8(ascii: "\"")
        let swaps = !bytes.contains(other) && !bytes.contains(UInt8(ascii: "\\"))
        var escaped: [UInt8] = []
        for byte in bytes {
            switch byte {
            case quote where swaps: escaped.append(other)
            case quote: escaped += Array((quote == 0x27 ? "&#39;" : "&quot;").utf8)
            case UInt8(ascii: "&"): escaped += Array("&amp;".utf8)
            case UInt8(ascii: "<"): escaped += Array("&lt;".utf8)
            default: escaped.append(byte)
            }
        }
        return escaped
    }
}

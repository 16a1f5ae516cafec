internal import Core

extension Value {
    /// The value as an output shows it: nothing for null, the items of an array one after another.
    func show(to out: inout [UInt8]) {
        switch self {
        case .null: break
        case .string(let text): out += text
        case .int(let n): Numbers.append(n, to: &out)
        case .array(let items): for item in items { item.show(to: &out) }
        default: appendText(to: &out)
        }
    }

    /// The value as text filters see it: arrays and hashes in Ruby's notation.
    var textBytes: [UInt8] {
        if case .string(let text) = self { return text }
        var out: [UInt8] = []
        appendText(to: &out)
        return out
    }

    func appendText(to out: inout [UInt8]) {
        switch self {
        case .null: break
        case .bool(let flag): out += (flag ? "true" : "false").utf8
        case .int(let n): Numbers.append(n, to: &out)
        case .double(let n): Numbers.append(n, to: &out)
        case .string(let text): out += text
        case .array, .hash: inspect(to: &out)
        case .range(let first, let last):
            Numbers.append(first, to: &out)
            out += "..".utf8
            Numbers.append(last, to: &out)
        case .date(let instant): ZonedTime(instant).appendText(to: &out)
        case .loop(let loop):
            out += (loop.columns == nil ? "Liquid::ForloopDrop" : "Liquid::TablerowloopDrop").utf8
        }
    }

    /// Ruby's `inspect`: texts in quotes, `nil` for null.
    func inspect(to out: inout [UInt8]) {
        switch self {
        case .null: out += "nil".utf8
        case .string(let text): Self.quote(text, to: &out)
        case .array(let items):
            out.append(UInt8(ascii: "["))
            for (index, item) in items.enumerated() {
                if index > 0 { out += ", ".utf8 }
                item.inspect(to: &out)
            }
            out.append(UInt8(ascii: "]"))
        case .hash(let members):
            out.append(UInt8(ascii: "{"))
            for index in 0..<members.count {
                if index > 0 { out += ", ".utf8 }
                Self.quote(members.names[index], to: &out)
                out += "=>".utf8
                members.values[index].inspect(to: &out)
            }
            out.append(UInt8(ascii: "}"))
        default: appendText(to: &out)
        }
    }

    private static func quote(_ text: [UInt8], to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        for (index, byte) in text.enumerated() {
            switch byte {
            case "\"", "\\": out += [0x5C, byte]
            case 0x07: out += "\\a".utf8
            case 0x08: out += "\\b".utf8
            case 0x09: out += "\\t".utf8
            case 0x0A: out += "\\n".utf8
            case 0x0B: out += "\\v".utf8
            case 0x0C: out += "\\f".utf8
            case 0x0D: out += "\\r".utf8
            case 0x1B: out += "\\e".utf8
            case "#" where index + 1 < text.count && [0x7B, 0x24, 0x40].contains(text[index + 1]):
                out += "\\#".utf8
            case 0..<0x20, 0x7F:
                let digits = Array("0123456789ABCDEF".utf8)
                out += "\\x".utf8
                out += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: out.append(byte)
            }
        }
        out.append(UInt8(ascii: "\""))
    }
}

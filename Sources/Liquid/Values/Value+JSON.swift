package import JSON

extension Value {
    package init(_ json: JSON) {
        var reader = ValueReader()
        self = reader.value(json)
    }
}

extension Members {
    package convenience init(_ object: JSON.Object) {
        var reader = ValueReader()
        self.init(reader.members(object))
    }
}

/// Makes values of JSON. Names are kept once, however many objects have them, so that lookups
/// find them in the processor's cache: keep one reader for all people.
package struct ValueReader {
    private var names: [String: [UInt8]] = [:]

    package init() {}

    package mutating func value(_ json: JSON) -> Value {
        switch json {
        case .null: return .null
        case .bool(let flag): return .bool(flag)
        case .integer(let n): return .int(Int(n))
        case .number(let n): return .double(n)
        case .string(let text): return .string(Array(text.utf8))
        case .array(let items): return .array(items.map { value($0) })
        case .object(let object): return .hash(Members(members(object)))
        }
    }

    package mutating func members(_ object: JSON.Object) -> [([UInt8], Value)] {
        object.members.map { (name($0.name), value($0.value)) }
    }

    private mutating func name(_ text: String) -> [UInt8] {
        if let known = names[text] { return known }
        let bytes = Array(text.utf8)
        names[text] = bytes
        return bytes
    }
}

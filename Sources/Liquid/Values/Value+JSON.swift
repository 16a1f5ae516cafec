package import JSON

extension Value {
    package init(_ json: JSON) {
        switch json {
        case .null: self = .null
        case .bool(let flag): self = .bool(flag)
        case .integer(let n): self = .int(Int(n))
        case .number(let n): self = .double(n)
        case .string(let text): self = .string(Array(text.utf8))
        case .array(let items): self = .array(items.map(Value.init))
        case .object(let object): self = .hash(Members(object))
        }
    }
}

extension Members {
    package convenience init(_ object: JSON.Object) {
        self.init(object.members.lazy.map { (Array($0.name.utf8), Value($0.value)) })
    }
}

extension Value {
    /// A member by name: of a hash, or of a running loop.
    func member(_ name: MemberName) -> Value? {
        switch self {
        case .hash(let members): members[name]
        case .loop(let loop): name.ofLoop.flatMap { loop[$0] }
        default: nil
        }
    }

    /// An item by place; negative places count from the end.
    func item(_ index: Int) -> Value {
        guard case .array(let items) = self else { return .null }
        let place = index < 0 ? items.count &+ index : index
        return items.indices.contains(place) ? items[place] : .null
    }

    /// What stands in brackets: a name for hashes, a place for arrays.
    func subscripted(_ key: Value) -> Value {
        switch (self, key) {
        case (.hash(let members), .string(let name)): members[name] ?? .null
        case (.loop(let loop), .string(let name)):
            LoopState.Member(rawValue: name.text).flatMap { loop[$0] } ?? .null
        case (_, .int(let index)): item(index)
        default: .null
        }
    }

    var size: Int {
        switch self {
        case .string(let text): text.characterCount
        case .array(let items): items.count
        case .hash(let members): members.count
        case .range(let first, let last):
            last < first ? 0 : Int(clamping: Int128(last) - Int128(first) + 1)
        // Ruby's Integer#size: the bytes of a machine word.
        case .int: 8
        default: 0
        }
    }

    var first: Value {
        switch self {
        case .array(let items): items.first ?? .null
        case .hash(let members):
            members.count == 0
                ? .null : .array([.string(members.names[0]), members.values[0]])
        case .range(let first, _): .int(first)
        case .string(let text): .string(text.characters(from: 0, count: 1))
        default: .null
        }
    }

    var last: Value {
        switch self {
        case .array(let items): items.last ?? .null
        case .range(_, let last): .int(last)
        case .string(let text):
            .string(text.characters(from: max(0, text.characterCount - 1), count: 1))
        default: .null
        }
    }
}

/// Characters are Unicode scalars, as in Ruby.
extension [UInt8] {
    var characterCount: Int { reduce(0) { $1 & 0xC0 != 0x80 ? $0 + 1 : $0 } }

    /// The offset of the n-th character; the end when there are fewer.
    func offset(ofCharacter number: Int) -> Int {
        var left = number
        var at = 0
        while at < count {
            if self[at] & 0xC0 != 0x80 {
                if left == 0 { return at }
                left -= 1
            }
            at += 1
        }
        return count
    }

    func characters(from start: Int, count: Int) -> [UInt8] {
        let begin = offset(ofCharacter: start)
        let rest = Array(self[begin...])
        return Array(rest[..<rest.offset(ofCharacter: count)])
    }
}

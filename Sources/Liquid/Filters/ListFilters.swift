/// Filters that take a list as a whole. Whatever is no list is one of a single item.
enum ListFilters {
    static let all: [Filter] = [
        Filter("first") { input, _, _ in input.first },
        Filter("last") { input, _, _ in input.last },
        Filter("join", 0...1) { input, arguments, m throws(Stop) in
            let glue = arguments.count > 0 ? arguments.first.textBytes : [0x20]
            var out: [UInt8] = []
            for (index, item) in try items(input, m).enumerated() {
                if index > 0 { out += glue }
                item.appendText(to: &out)
                try m.checkBytes(out.count)
            }
            return .string(out)
        },
        Filter("concat", 1...1) { input, arguments, m throws(Stop) in
            guard case .array(let more) = arguments.first else {
                throw .fault("concat needs a list, not \(arguments.first.kind)")
            }
            let list = try items(input, m) + more
            try m.checkCount(list.count)
            return .array(list)
        },
        Filter("reverse") { input, _, m throws(Stop) in
            .array(try items(input, m).reversed())
        },
        Filter("compact", 0...1) { input, arguments, m throws(Stop) in
            let list = try items(input, m)
            if arguments.first.isNull { return .array(list.filter { !$0.isNull }) }
            var kept: [Value] = []
            for item in list {
                guard let value = try property(item, arguments.first) else { return .null }
                if !value.isNull { kept.append(item) }
            }
            return .array(kept)
        },
        Filter("uniq", 0...1) { input, arguments, m throws(Stop) in
            var seen: Set<[UInt8]> = []
            var kept: [Value] = []
            let list = try items(input, m)
            // One item is not compared, so its property is never asked for.
            guard list.count > 1 else { return .array(list) }
            for item in list {
                var key = item
                if !arguments.first.isNull {
                    guard let value = try property(item, arguments.first) else { return .null }
                    key = value
                }
                // 1 and 1.0 are different here, and so are their spellings.
                var spelling: [UInt8] = []
                key.inspect(to: &spelling)
                if seen.insert(spelling).inserted { kept.append(item) }
            }
            return .array(kept)
        },
        Filter("sort", 0...1) { input, arguments, m throws(Stop) in
            try sort(input, arguments.first, m) { (a, b) throws(Stop) in
                if let order = a.order(b) { return order }
                if a.isNull { return 1 }
                if b.isNull { return -1 }
                throw .fault("\(a.kind) and \(b.kind) have no order")
            }
        },
        Filter("sort_natural", 0...1) { input, arguments, m throws(Stop) in
            try sort(input, arguments.first, m) { (a, b) throws(Stop) in
                if a.isNull || b.isNull { return a.isNull ? (b.isNull ? 0 : 1) : -1 }
                let x = folded(a.textBytes)
                let y = folded(b.textBytes)
                return x == y ? 0 : x.lexicographicallyPrecedes(y) ? -1 : 1
            }
        },
        Filter("sum", 0...1) { input, arguments, m throws(Stop) in
            var total = Number.int(0)
            for item in try items(input, m) {
                var value = item
                if !arguments.first.isNull {
                    value = try property(item, arguments.first) ?? .int(0)
                }
                if case .array(let inner) = value {
                    for item in try items(.array(inner), m) {
                        total = Number(Number.sum(total, Number(item)))
                    }
                } else {
                    total = Number(Number.sum(total, Number(value)))
                }
            }
            return total.value
        },
    ]

    /// How deep lists in lists are looked into.
    private static let maximumDepth = 100

    /// The items that a list filter works on: nested arrays are flattened, a hash is one item.
    static func items(_ input: Value, _ m: borrowing Machine) throws(Stop) -> [Value] {
        switch input {
        case .null: return []
        case .array(let list):
            let isFlat = list.allSatisfy { if case .array = $0 { false } else { true } }
            if isFlat { return list }
            var flat: [Value] = []
            try flatten(list, into: &flat, depth: 0, m)
            return flat
        case .range(let first, let last):
            guard first <= last else { return [] }
            try m.checkCount(input.size)
            return (first...last).map(Value.int)
        default: return [input]
        }
    }

    private static func flatten(
        _ list: [Value], into flat: inout [Value], depth: Int, _ m: borrowing Machine
    ) throws(Stop) {
        guard depth < maximumDepth else { throw .limit("lists are nested too deep") }
        for item in list {
            if case .array(let inner) = item {
                try flatten(inner, into: &flat, depth: depth + 1, m)
            } else {
                flat.append(item)
            }
        }
        try m.checkCount(flat.count)
    }

    /// `item[property]` as Ruby answers it: a member, a part of a text, a bit of a number; nil for
    /// what has no such thing. A property of the wrong kind is refused.
    static func property(_ item: Value, _ name: Value) throws(Stop) -> Value? {
        switch item {
        case .hash, .loop: return item.subscripted(name)
        case .string(let text): return try part(of: text, name)
        case .int(let number): return try bit(of: number, name)
        case .null, .bool, .double, .array, .range, .date: return nil
        }
    }

    private static func part(of text: [UInt8], _ name: Value) throws(Stop) -> Value? {
        if name.isNull { return nil }
        if case .string(let part) = name {
            return TextSearch.first(part, in: text) == nil ? .null : name
        }
        let count = text.characterCount
        if case .range(let first, let last) = name {
            let start = first < 0 ? count &+ first : first
            let end = last < 0 ? count &+ last : min(last, count - 1)
            guard (0...count).contains(start) else { return .null }
            return .string(text.characters(from: start, count: max(0, end - start + 1)))
        }
        let index = try index(name)
        let place = index < 0 ? count &+ index : index
        guard (0..<count).contains(place) else { return .null }
        return .string(text.characters(from: place, count: 1))
    }

    private static func bit(of number: Int, _ name: Value) throws(Stop) -> Value {
        let bit = try index(name)
        if bit < 0 { return .int(0) }
        return .int(bit < 64 ? number >> bit & 1 : number < 0 ? 1 : 0)
    }

    /// A whole number; fractions are cut.
    private static func index(_ name: Value) throws(Stop) -> Int {
        switch name {
        case .int(let index): return index
        case .double(let number):
            if let index = Int(exactly: number.rounded(.towardZero)) { return index }
        default: break
        }
        throw .fault("the property \"\(name.textBytes.text)\" cannot be selected")
    }

    /// ASCII letters in lower case, as `casecmp` compares.
    private static func folded(_ text: [UInt8]) -> [UInt8] {
        text.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    }

    private static func sort(
        _ input: Value, _ name: Value, _ m: borrowing Machine,
        _ order: (Value, Value) throws(Stop) -> Int
    ) throws(Stop) -> Value {
        let list = try items(input, m)
        var keyed: [(key: Value, item: Value)] = []
        for item in list {
            guard !name.isNull else {
                keyed.append((item, item))
                continue
            }
            guard item.hasProperties else { return .null }
        }
        // One item is not compared, so its property is never asked for.
        if !name.isNull {
            for item in list {
                let key = list.count > 1 ? try property(item, name) ?? .null : .null
                keyed.append((key, item))
            }
        }
        try merge(&keyed, order)
        return .array(keyed.map(\.item))
    }

    /// A stable merge sort: the standard library's does not pass typed errors on.
    private static func merge(
        _ items: inout [(key: Value, item: Value)],
        _ order: (Value, Value) throws(Stop) -> Int
    ) throws(Stop) {
        var width = 1
        while width < items.count {
            var merged: [(key: Value, item: Value)] = []
            merged.reserveCapacity(items.count)
            var start = 0
            while start < items.count {
                let middle = min(start + width, items.count)
                let end = min(middle + width, items.count)
                var left = start
                var right = middle
                while left < middle || right < end {
                    var takesLeft = right >= end
                    if left < middle, right < end {
                        takesLeft = try order(items[left].key, items[right].key) <= 0
                    }
                    merged.append(items[takesLeft ? left : right])
                    if takesLeft { left += 1 } else { right += 1 }
                }
                start = end
            }
            items = merged
            width *= 2
        }
    }
}

extension Value {
    /// Whether `property` can be asked of it at all.
    fileprivate var hasProperties: Bool {
        switch self {
        case .hash, .loop, .string, .int: true
        case .null, .bool, .double, .array, .range, .date: false
        }
    }
}

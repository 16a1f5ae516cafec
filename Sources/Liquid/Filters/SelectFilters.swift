/// Filters that look for items by a property, and `map`.
enum SelectFilters {
    static let all: [Filter] = [
        Filter("where", 1...2) { input, arguments, m throws(Stop) in
            try select(input, arguments, m, none: .array([])) { list, matches in
                .array(zip(list, matches).filter(\.1).map(\.0))
            }
        },
        Filter("reject", 1...2) { input, arguments, m throws(Stop) in
            try select(input, arguments, m, none: .array([])) { list, matches in
                .array(zip(list, matches).filter { !$0.1 }.map(\.0))
            }
        },
        Filter("find", 1...2) { input, arguments, m throws(Stop) in
            try search(input, arguments, m, none: .null) { list, place in
                place.map { list[$0] } ?? .null
            }
        },
        Filter("find_index", 1...2) { input, arguments, m throws(Stop) in
            try search(input, arguments, m, none: .null) { _, place in
                place.map(Value.int) ?? .null
            }
        },
        Filter("has", 1...2) { input, arguments, m throws(Stop) in
            try search(input, arguments, m, none: .bool(false)) { _, place in
                .bool(place != nil)
            }
        },
        Filter("map", 1...1) { input, arguments, m throws(Stop) in
            var mapped: [Value] = []
            for item in try ListFilters.items(input, m) {
                mapped.append(try ListFilters.property(item, arguments.first) ?? .null)
            }
            return .array(mapped)
        },
    ]

    /// Whether an item has the property, or has it with the wanted value; nil when it can have
    /// none: the whole filter then gives nothing, as in the original.
    private static func matches(
        _ item: Value, _ arguments: FilterArguments
    ) throws(Stop) -> Bool? {
        guard let value = try ListFilters.property(item, arguments.first) else { return nil }
        return arguments.second.isNull ? value.isTruthy : value.equals(arguments.second)
    }

    private static func select(
        _ input: Value, _ arguments: FilterArguments, _ m: borrowing Machine, none: Value,
        _ result: ([Value], [Bool]) -> Value
    ) throws(Stop) -> Value {
        let list = try ListFilters.items(input, m)
        if list.isEmpty { return none }
        var found: [Bool] = []
        for item in list {
            guard let matches = try matches(item, arguments) else { return .null }
            found.append(matches)
        }
        return result(list, found)
    }

    private static func search(
        _ input: Value, _ arguments: FilterArguments, _ m: borrowing Machine, none: Value,
        _ result: ([Value], Int?) -> Value
    ) throws(Stop) -> Value {
        let list = try ListFilters.items(input, m)
        if list.isEmpty { return none }
        for (index, item) in list.enumerated() {
            guard let matches = try matches(item, arguments) else { return .null }
            if matches { return result(list, index) }
        }
        return result(list, nil)
    }
}

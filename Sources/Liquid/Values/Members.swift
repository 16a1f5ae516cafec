/// The members of a hash in order, found by name without hashing at render time.
package final class Members: Sendable {
    private let known: MemberNames
    package let values: [Value]

    /// A name given twice keeps its first place and its last value.
    package init(_ members: some Sequence<([UInt8], Value)>) {
        var known = MemberNames()
        var values: [Value] = []
        for (name, value) in members {
            if let place = known.enter(name) { values[place] = value } else { values.append(value) }
        }
        self.known = known
        self.values = values
    }

    /// One of many hashes with the same names; there are as many values.
    package init(_ names: MemberNames, _ values: [Value]) {
        precondition(names.all.count == values.count, "each name has one value")
        known = names
        self.values = values
    }

    package var names: [[UInt8]] { known.all }
    package var count: Int { values.count }

    subscript(name: MemberName) -> Value? {
        known.place(of: name.bytes, hash: name.hash).map { values[$0] }
    }

    package subscript(name: [UInt8]) -> Value? {
        known.place(of: name, hash: MemberNames.hash(name)).map { values[$0] }
    }
}

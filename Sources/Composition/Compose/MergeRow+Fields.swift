import Core

extension MergeRow {
    /// The values of fields, in the order of their names. A mailing reads its fields in that order
    /// too, so that nobody hashes a name for each message.
    package struct Fields: Sendable, Hashable {
        package struct Field: Sendable, Hashable {
            package let name: String
            package fileprivate(set) var value: FieldValue
        }

        package private(set) var all: [Field] = []

        package init() {}

        package var count: Int { all.count }

        mutating func reserveCapacity(_ count: Int) { all.reserveCapacity(count) }

        /// Adds a value whose name stands behind all others.
        mutating func append(_ value: FieldValue, named name: String) {
            assert(all.last.map { $0.name < name } ?? true, "fields are added in order")
            all.append(Field(name: name, value: value))
        }

        package subscript(name: String) -> FieldValue? {
            get {
                let place = place(of: name)
                return place < all.count && all[place].name == name ? all[place].value : nil
            }
            set {
                let place = place(of: name)
                let isThere = place < all.count && all[place].name == name
                switch newValue {
                case let value? where isThere: all[place].value = value
                case let value?: all.insert(Field(name: name, value: value), at: place)
                case nil: if isThere { all.remove(at: place) }
                }
            }
        }

        /// The value of a name that was asked for after all names before it; `place` is where that
        /// search stands, 0 at first.
        func value(of name: String, from place: inout Int) -> FieldValue? {
            if place < all.count, all[place].name == name {
                place += 1
                return all[place - 1].value
            }
            return place < all.count && all[place].name < name ? self[name] : nil
        }

        /// The place of a name, or of the first one behind it.
        private func place(of name: String) -> Int {
            // Most are added in order.
            guard let last = all.last, last.name >= name else { return all.count }
            var range = 0..<all.count
            while !range.isEmpty {
                let middle = range.lowerBound + range.count / 2
                if all[middle].name < name {
                    range = middle + 1..<range.upperBound
                } else {
                    range = range.lowerBound..<middle
                }
            }
            return range.lowerBound
        }
    }
}

/// A JSON value (RFC 8259) that keeps the order of an object's members and tells 1 from 1.0.
///
/// Foundation's decoder does neither, has no depth limit of ours and costs megabytes in a static
/// binary; templates and test suites need all three.
package enum JSON: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSON])
    case object(Object)

    /// An object's members in order; a name given twice keeps the last value.
    package struct Object: Hashable, Sendable {
        package private(set) var members: [(name: String, value: JSON)] = []
        /// Where each name stands; empty for few members, which are looked through.
        private var places: [String: Int] = [:]

        /// Names of members are short and mostly differ in length: up to here looking through them
        /// takes less time than a table.
        private static let fewMembers = 8

        package init() {}

        package init(_ members: some Sequence<(String, JSON)>) {
            for (name, value) in members { self[name] = value }
        }

        package subscript(name: String) -> JSON? {
            get { place(of: name).map { members[$0].value } }
            set {
                if let newValue {
                    if let place = place(of: name) {
                        members[place].value = newValue
                    } else {
                        members.append((name, newValue))
                        if places.isEmpty { notePlaces() } else { places[name] = members.count - 1 }
                    }
                } else if let place = place(of: name) {
                    members.remove(at: place)
                    places = [:]
                    notePlaces()
                }
            }
        }

        private func place(of name: String) -> Int? {
            places.isEmpty ? members.firstIndex { $0.name == name } : places[name]
        }

        private mutating func notePlaces() {
            guard members.count > Self.fewMembers else { return }
            for (index, member) in members.enumerated() { places[member.name] = index }
        }

        package static func == (a: Self, b: Self) -> Bool {
            a.members.count == b.members.count
                && a.members.allSatisfy { b[$0.name] == $0.value }
        }

        package func hash(into hasher: inout Hasher) {
            hasher.combine(Set(members.map(\.name)))
        }
    }
}

extension JSON {
    package subscript(name: String) -> JSON? {
        if case .object(let object) = self { object[name] } else { nil }
    }

    package var string: String? { if case .string(let text) = self { text } else { nil } }
    package var bool: Bool? { if case .bool(let flag) = self { flag } else { nil } }
    package var array: [JSON]? { if case .array(let items) = self { items } else { nil } }
    package var object: Object? { if case .object(let object) = self { object } else { nil } }

    /// A whole number, also when written `3.0`.
    package var integer: Int64? {
        switch self {
        case .integer(let n): n
        case .number(let n): Int64(exactly: n)
        default: nil
        }
    }

    package var number: Double? {
        switch self {
        case .integer(let n): Double(n)
        case .number(let n): n
        default: nil
        }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral,
    ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral,
    ExpressibleByNilLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(floatLiteral value: Double) { self = .number(value) }
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSON)...) { self = .object(Object(elements)) }
    package init(nilLiteral: ()) { self = .null }
}

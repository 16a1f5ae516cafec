/// The fields of a message's head in order of arrival; names are kept in lower case.
package struct HeaderFields: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    package struct Field: Hashable, Sendable {
        /// Lower case.
        package var name: String
        package var value: String

        /// Whether the name is this one in lower case; lengths are compared first, since mostly they
        /// tell.
        func isNamed(_ wanted: String) -> Bool {
            name.utf8.count == wanted.utf8.count && name == wanted
        }
    }

    package private(set) var fields: [Field] = []

    package init() {}

    package init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { add(name, value) }
    }

    init(fields: [Field]) {
        self.fields = fields
    }

    package var count: Int { fields.count }
    package var isEmpty: Bool { fields.isEmpty }

    /// The first value under a name in lower case.
    package subscript(name: String) -> String? {
        for field in fields where field.isNamed(name) { return field.value }
        return nil
    }

    /// All values under a name in lower case, in order.
    package func all(_ name: String) -> [String] {
        fields.filter { $0.isNamed(name) }.map(\.value)
    }

    /// The comma-separated elements of a list field over all its lines, trimmed, empty ones left
    /// out (RFC 9110 §5.6.1). Quoted strings are not looked into.
    package func list(_ name: String) -> [Substring] {
        fields.filter { $0.isNamed(name) }.flatMap { field in
            field.value.split(separator: ",").map(\.withoutBlanks).filter { !$0.isEmpty }
        }
    }

    /// Whether a list field names a token, upper and lower case alike.
    package func list(_ name: String, has token: String) -> Bool {
        list(name).contains { $0.lowercased() == token }
    }

    package mutating func add(_ name: String, _ value: String) {
        fields.append(Field(name: name.lowercased(), value: value))
    }

    /// Replaces every value under this name by one.
    package mutating func set(_ name: String, _ value: String) {
        let name = name.lowercased()
        fields.removeAll { $0.name == name }
        fields.append(Field(name: name, value: value))
    }

    package mutating func remove(_ name: String) {
        let name = name.lowercased()
        fields.removeAll { $0.name == name }
    }

    /// The name of the first field that must not be written: its name is not a token, or its value
    /// holds a control character (RFC 9110 §5.5), so that nobody can smuggle in a field or a body.
    package var firstUnwritable: String? {
        for field in fields {
            if field.name.isEmpty || !field.name.utf8.allSatisfy(isTokenByte)
                || !field.value.utf8.allSatisfy(isValueByte)
            {
                return field.name
            }
        }
        return nil
    }
}

extension Substring {
    /// Without spaces and tabs at both ends (OWS, RFC 9110 §5.6.3).
    var withoutBlanks: Substring {
        var rest = self[...]
        while rest.utf8.first == 0x20 || rest.utf8.first == 0x09 { rest.removeFirst() }
        while rest.utf8.last == 0x20 || rest.utf8.last == 0x09 { rest.removeLast() }
        return rest
    }
}

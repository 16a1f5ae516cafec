import Core

/// Names and values of a query or of a form, in order.
package struct FormFields: Hashable, Sendable {
    package struct Field: Hashable, Sendable {
        package var name: String
        package var value: String
    }

    /// Why a form cannot be read.
    package enum Invalid: Error, Hashable, Sendable {
        case tooManyFields
        case notMultipart
        case unknownType
    }

    package private(set) var fields: [Field] = []

    package init() {}

    /// Reads `application/x-www-form-urlencoded` as the URL Standard does (§5.1): `+` is a space, a
    /// broken `%` stands for itself, octets that are not UTF-8 become U+FFFD.
    package init(urlEncoded bytes: some Collection<UInt8>, fieldLimit: Int = 100) throws(Invalid) {
        for pair in bytes.split(separator: UInt8(ascii: "&")) {
            guard fields.count < fieldLimit else { throw .tooManyFields }
            let halves = pair.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let texts = halves.map {
                String(decoding: PercentCoding.decoded(Array($0), form: true).bytes, as: UTF8.self)
            }
            append(texts[0], texts.count > 1 ? texts[1] : "")
        }
    }

    /// The first value under a name.
    package subscript(name: String) -> String? {
        fields.first { $0.name == name }?.value
    }

    package func all(_ name: String) -> [String] {
        fields.filter { $0.name == name }.map(\.value)
    }

    mutating func append(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value))
    }
}

extension HTTPRequest {
    /// The names and values of the query.
    package func queryFields(fieldLimit: Int = 100) throws(FormFields.Invalid) -> FormFields {
        try FormFields(urlEncoded: (query ?? "").utf8, fieldLimit: fieldLimit)
    }

    /// The names and values of a form in the body: url-encoded or multipart, both of which a
    /// one-click unsubscribe may use (RFC 8058 §3.2).
    package func formFields(fieldLimit: Int = 100) throws(FormFields.Invalid) -> FormFields {
        switch contentType {
        case "application/x-www-form-urlencoded":
            try FormFields(urlEncoded: body, fieldLimit: fieldLimit)
        case "multipart/form-data":
            try FormFields(
                multipart: body, contentType: headers["content-type"] ?? "", fieldLimit: fieldLimit)
        default: throw .unknownType
        }
    }
}

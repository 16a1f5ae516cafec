internal import Core

/// Filters for HTML, URLs and Base64.
enum EncodingFilters {
    static let all: [Filter] = [
        Filter("escape") { input, _, _ in escape(input) },
        Filter("h") { input, _, _ in escape(input) },
        Filter("escape_once") { input, _, _ in .string(HTML.escapeOnce(input.textBytes)) },
        Filter("url_encode") { input, _, _ in
            input.isNull ? .null : .string(encode(input.textBytes))
        },
        Filter("url_decode") { input, _, _ throws(Stop) in
            guard !input.isNull else { return .null }
            let decoded = PercentCoding.decoded(input.textBytes, form: true).bytes
            guard String(validating: decoded, as: UTF8.self) != nil else {
                throw .fault("the decoded text is not UTF-8")
            }
            return .string(decoded)
        },
        Filter("base64_encode") { input, _, _ in
            .string(Base64.encoded(input.textBytes))
        },
        Filter("base64_url_safe_encode") { input, _, _ in
            .string(Base64.encoded(input.textBytes, .urlSafe))
        },
        Filter("base64_decode") { input, _, _ throws(Stop) in
            try decoded(input.textBytes, .standard)
        },
        Filter("base64_url_safe_decode") { input, _, _ throws(Stop) in
            try decoded(input.textBytes, .urlSafe)
        },
    ]

    static func isBase64(_ value: Value, urlSafe: Bool) -> Bool {
        Base64.decoded(value.textBytes, urlSafe ? .urlSafe : .standard) != nil
    }

    private static func decoded(
        _ text: [UInt8], _ alphabet: Base64.Alphabet
    ) throws(Stop) -> Value {
        guard let decoded = Base64.decoded(text, alphabet) else {
            throw .fault("the text is not Base64")
        }
        return .string(decoded)
    }

    private static func escape(_ input: Value) -> Value {
        guard !input.isNull else { return .null }
        var out: [UInt8] = []
        HTML.escape(input.textBytes, to: &out)
        return .string(out)
    }

    /// As a form does: a blank is a plus sign.
    private static func encode(_ text: [UInt8]) -> [UInt8] {
        PercentCoding.encoded(text[...]) { PercentCoding.isUnreserved($0) || $0 == 0x20 }
            .map { $0 == 0x20 ? UInt8(ascii: "+") : $0 }
    }
}

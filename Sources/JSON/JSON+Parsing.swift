extension JSON {
    /// Why a text is not JSON, and at which byte.
    package struct SyntaxError: Error, Hashable, CustomStringConvertible {
        package var offset: Int
        package var message: String

        package var description: String { "\(message) at byte \(offset)" }
    }

    /// Parses a whole text, strictly (RFC 8259): UTF-8, no trailing comma, no comment, arrays and
    /// objects nested at most `depth` deep. A whole number too large for 64 bits becomes a double.
    package init(parsing bytes: some Sequence<UInt8>, depth: Int = 64) throws(SyntaxError) {
        var parser = Parser(bytes: Array(bytes), depthLeft: depth)
        self = try parser.document()
    }

    package init(parsing text: String, depth: Int = 64) throws(SyntaxError) {
        try self.init(parsing: text.utf8, depth: depth)
    }
}

private struct Parser {
    let bytes: [UInt8]
    var position = 0
    var depthLeft: Int

    init(bytes: [UInt8], depthLeft: Int) {
        self.bytes = bytes
        self.depthLeft = depthLeft
    }

    mutating func document() throws(JSON.SyntaxError) -> JSON {
        skipSpace()
        let value = try value()
        skipSpace()
        guard position == bytes.count else { throw error("something stands after the value") }
        return value
    }

    private func error(_ message: String) -> JSON.SyntaxError {
        JSON.SyntaxError(offset: position, message: message)
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            position += 1
        }
    }

    private mutating func skip(_ byte: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: byte) else { return false }
        position += 1
        return true
    }

    private mutating func value() throws(JSON.SyntaxError) -> JSON {
        switch next {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case nil: throw error("the text ends where a value is expected")
        default: return try number()
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSON) throws(JSON.SyntaxError) -> JSON
    {
        let end = position + word.utf8CodeUnitCount
        let matches = word.withUTF8Buffer {
            end <= bytes.count && $0.elementsEqual(bytes[position..<end])
        }
        guard matches else { throw error("a value is expected") }
        position = end
        return value
    }

    private mutating func enter() throws(JSON.SyntaxError) {
        guard depthLeft > 0 else { throw error("the value is nested too deep") }
        depthLeft -= 1
        position += 1
        skipSpace()
    }

    private mutating func array() throws(JSON.SyntaxError) -> JSON {
        try enter()
        defer { depthLeft += 1 }
        var items: [JSON] = []
        if skip("]") { return .array(items) }
        while true {
            skipSpace()
            items.append(try value())
            skipSpace()
            if skip("]") { return .array(items) }
            guard skip(",") else { throw error("a comma or ] is expected") }
        }
    }

    private mutating func object() throws(JSON.SyntaxError) -> JSON {
        try enter()
        defer { depthLeft += 1 }
        var object = JSON.Object()
        if skip("}") { return .object(object) }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else {
                throw error("a member's name in quotes is expected")
            }
            let name = try string()
            skipSpace()
            guard skip(":") else { throw error("a colon is expected") }
            skipSpace()
            object[name] = try value()
            skipSpace()
            if skip("}") { return .object(object) }
            guard skip(",") else { throw error("a comma or } is expected") }
        }
    }

    private mutating func number() throws(JSON.SyntaxError) -> JSON {
        let start = position
        _ = skip("-")
        let whole = digits()
        guard whole > 0 else { throw error("a value is expected") }
        let first = bytes[position - whole]
        guard whole == 1 || first != 0x30 else { throw error("a number has a leading zero") }
        var isWhole = true
        if skip(".") {
            isWhole = false
            guard digits() > 0 else { throw error("a digit is expected after the point") }
        }
        if skip("e") || skip("E") {
            isWhole = false
            if !skip("+") { _ = skip("-") }
            guard digits() > 0 else { throw error("a digit is expected in the exponent") }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isWhole, let integer = Int64(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else {
            throw error("the number is too large")
        }
        return .number(number)
    }

    private mutating func digits() -> Int {
        let start = position
        while let byte = next, (0x30...0x39).contains(byte) { position += 1 }
        return position - start
    }

    private mutating func string() throws(JSON.SyntaxError) -> String {
        position += 1
        let start = position
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20
        {
            position += 1
        }
        if next == UInt8(ascii: "\"") {
            defer { position += 1 }
            return try text(bytes[start..<position])
        }
        var buffer = Array(bytes[start..<position])
        while true {
            guard let byte = next else { throw error("a string is not closed") }
            guard byte >= 0x20 else {
                throw error("a control character in a string must be escaped")
            }
            position += 1
            if byte == UInt8(ascii: "\"") { return try text(buffer[...]) }
            if byte == UInt8(ascii: "\\") {
                try escape(into: &buffer)
            } else {
                buffer.append(byte)
            }
        }
    }

    private func text(_ bytes: ArraySlice<UInt8>) throws(JSON.SyntaxError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw error("a string is not UTF-8")
        }
        return text
    }

    private mutating func escape(into buffer: inout [UInt8]) throws(JSON.SyntaxError) {
        guard let byte = next else { throw error("a string is not closed") }
        position += 1
        switch Unicode.Scalar(byte) {
        case "\"", "\\", "/": buffer.append(byte)
        case "b": buffer.append(0x08)
        case "f": buffer.append(0x0C)
        case "n": buffer.append(0x0A)
        case "r": buffer.append(0x0D)
        case "t": buffer.append(0x09)
        case "u":
            var unit = try hexadecimal()
            if (0xD800..<0xDC00).contains(unit) {
                guard skip("\\"), skip("u") else { throw error("half a surrogate pair") }
                let low = try hexadecimal()
                guard (0xDC00..<0xE000).contains(low) else { throw error("half a surrogate pair") }
                unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(unit) else { throw error("half a surrogate pair") }
            buffer.append(contentsOf: UTF8.encode(scalar)!)
        default: throw error("an unknown escape")
        }
    }

    private mutating func hexadecimal() throws(JSON.SyntaxError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw error("four hexadecimal digits are expected")
            }
            value = value << 4 + UInt32(digit)
            position += 1
        }
        return value
    }
}

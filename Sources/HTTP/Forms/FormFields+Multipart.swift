extension FormFields {
    /// Reads `multipart/form-data` (RFC 7578): simple parts with a name. A part with a file name is
    /// left out, since no form of ours takes files; parts within parts are not looked into.
    package init(
        multipart body: [UInt8], contentType: String, fieldLimit: Int = 100
    ) throws(Invalid) {
        self.init()
        guard let boundary = Self.parameter("boundary", of: contentType),
            (1...70).contains(boundary.utf8.count)
        else { throw .notMultipart }
        let marks = Self.marks(Array("--\(boundary)".utf8), in: body)
        guard let last = marks.last, last.closes else { throw .notMultipart }
        guard marks.count - 1 <= fieldLimit else { throw .tooManyFields }
        for (mark, next) in zip(marks, marks.dropFirst()) {
            // The CRLF before a boundary belongs to the boundary.
            let end = next.range.lowerBound - 2
            guard end >= mark.range.upperBound else { throw .notMultipart }
            try append(part: body[mark.range.upperBound..<end])
        }
    }

    private mutating func append(part: ArraySlice<UInt8>) throws(Invalid) {
        var rest = part
        var disposition: String?
        while true {
            guard let lineFeed = rest.firstIndex(of: 0x0A) else { throw .notMultipart }
            let line = String(decoding: rest[..<lineFeed], as: UTF8.self)
                .filter { $0 != "\r" && $0 != "\n" && $0 != "\r\n" }
            rest = rest[(lineFeed + 1)...]
            if line.isEmpty { break }
            if line.lowercased().hasPrefix("content-disposition:") { disposition = line }
        }
        guard let disposition, let name = Self.parameter("name", of: disposition) else {
            throw .notMultipart
        }
        guard Self.parameter("filename", of: disposition) == nil else { return }
        append(name, String(decoding: rest, as: UTF8.self))
    }

    /// Lines that are the boundary, and whether each is the closing one. Once over the body.
    private static func marks(
        _ boundary: [UInt8], in body: [UInt8]
    ) -> [(range: Range<Int>, closes: Bool)] {
        var marks: [(range: Range<Int>, closes: Bool)] = []
        var lineStart = 0
        while lineStart < body.count {
            let lineEnd = body[lineStart...].firstIndex(of: 0x0A) ?? body.count
            let line = body[lineStart..<lineEnd]
            if line.starts(with: boundary) {
                let behind = line.dropFirst(boundary.count).filter { $0 != 0x0D }
                let end = min(lineEnd + 1, body.count)
                if behind.isEmpty { marks.append((lineStart..<end, false)) }
                if behind.elementsEqual("--".utf8) {
                    marks.append((lineStart..<end, true))
                    break
                }
            }
            lineStart = lineEnd + 1
        }
        return marks
    }

    /// A parameter of a header value, quoted or not; `\"` and `\\` within quotes.
    static func parameter(_ wanted: String, of header: String) -> String? {
        var rest = Array(header.utf8).drop { $0 != UInt8(ascii: ";") }
        while !rest.isEmpty {
            rest = rest.dropFirst().drop { $0 == 0x20 || $0 == 0x09 }
            let name = rest.prefix(while: isTokenByte)
            rest = rest[name.endIndex...]
            guard rest.first == UInt8(ascii: "=") else { return nil }
            var value: [UInt8] = []
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "\"") {
                rest = rest.dropFirst()
                while let byte = rest.first, byte != UInt8(ascii: "\"") {
                    if byte == UInt8(ascii: "\\") { rest = rest.dropFirst() }
                    if let byte = rest.first { value.append(byte) }
                    rest = rest.dropFirst()
                }
                rest = rest.dropFirst()
            } else {
                value = Array(rest.prefix(while: isTokenByte))
                rest = rest[(rest.startIndex + value.count)...]
            }
            if String(decoding: name, as: UTF8.self).lowercased() == wanted {
                return String(decoding: value, as: UTF8.self)
            }
            rest = rest.drop { $0 != UInt8(ascii: ";") }
        }
        return nil
    }
}

/// What an image file says of itself in its first bytes: PNG, JPEG, GIF and WebP, the formats that
/// mail programs show. Reads headers only, in bounds, whatever the bytes are.
package struct ImageFile: Hashable, Sendable {
    package enum Format: String, Sendable, CaseIterable {
        case png, jpeg, gif, webp

        /// As in `image/png`.
        package var mediaType: String { "image/\(rawValue)" }

        /// The ending of its public name.
        package var ending: String { self == .jpeg ? "jpg" : rawValue }
    }

    package let format: Format
    /// In pixels, as shown: a photograph that lies on its side is turned. Nil when the header does
    /// not say.
    package let size: Size?

    package struct Size: Hashable, Sendable {
        package var width: Int
        package var height: Int
    }

    /// Nil when the bytes are none of the formats.
    package init?(_ bytes: [UInt8]) {
        let reader = ByteReader(bytes)
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            format = .png
            size = Self.size(reader.big(16, 4), reader.big(20, 4))
        } else if bytes.starts(with: "GIF87a".utf8) || bytes.starts(with: "GIF89a".utf8) {
            format = .gif
            size = Self.size(reader.little(6, 2), reader.little(8, 2))
        } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            format = .jpeg
            size = Self.jpegSize(reader)
        } else if bytes.starts(with: "RIFF".utf8), reader.spells("WEBP", at: 8) {
            format = .webp
            size = Self.webpSize(reader)
        } else {
            return nil
        }
    }

    /// Whether the bytes look like SVG, which is refused with a reason of its own.
    package static func isSVG(_ bytes: [UInt8]) -> Bool {
        let head = bytes.prefix(1000).map { $0 | 0x20 }
        return LinkRewriter.contains(head, "<svg")
    }

    private static func size(_ width: Int?, _ height: Int?) -> Size? {
        guard let width, let height, (1...65_535).contains(width), (1...65_535).contains(height)
        else { return nil }
        return Size(width: width, height: height)
    }

    // MARK: - JPEG

    /// From the frame header (ITU T.81 §B.2.2), turned as Exif says.
    private static func jpegSize(_ reader: ByteReader) -> Size? {
        var position = 2
        var isTurned = false
        while let marker = reader.byte(position + 1), reader.byte(position) == 0xFF {
            switch marker {
            case 0xFF:
                position += 1
                continue
            case 0x01, 0xD0...0xD8:
                position += 2
                continue
            case 0xD9, 0xDA: return nil
            default: break
            }
            guard let length = reader.big(position + 2, 2), length >= 2 else { return nil }
            switch marker {
            case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
                let height = reader.big(position + 5, 2)
                let width = reader.big(position + 7, 2)
                return isTurned ? size(height, width) : size(width, height)
            case 0xE1: isTurned = isTurned || isExifTurned(reader, at: position + 4)
            default: break
            }
            position += 2 + length
        }
        return nil
    }

    /// Whether an Exif segment gives one of the orientations that swap width and height (Exif 2.3
    /// §4.6.4, tag 0x0112).
    private static func isExifTurned(_ reader: ByteReader, at start: Int) -> Bool {
        guard reader.spells("Exif\0\0", at: start) else { return false }
        let tiff = start + 6
        let isLittle = reader.spells("II", at: tiff)
        func number(_ at: Int, _ count: Int) -> Int? {
            isLittle ? reader.little(tiff + at, count) : reader.big(tiff + at, count)
        }
        guard let directory = number(4, 4), let entries = number(directory, 2) else {
            return false
        }
        for entry in 0..<min(entries, 200) {
            let at = directory + 2 + entry * 12
            if number(at, 2) == 0x0112 { return (5...8).contains(number(at + 8, 2) ?? 1) }
        }
        return false
    }

    // MARK: - WebP

    /// RFC 9649 §2.
    private static func webpSize(_ reader: ByteReader) -> Size? {
        if reader.spells("VP8X", at: 12) {
            return size(reader.little(24, 3).map { $0 + 1 }, reader.little(27, 3).map { $0 + 1 })
        }
        if reader.spells("VP8L", at: 12) {
            guard let bits = reader.little(21, 4) else { return nil }
            return size((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        }
        guard reader.spells("VP8 ", at: 12) else { return nil }
        return size(
            reader.little(26, 2).map { $0 & 0x3FFF }, reader.little(28, 2).map { $0 & 0x3FFF })
    }
}

/// Reads numbers at places that may lie outside.
private struct ByteReader {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func byte(_ at: Int) -> UInt8? { bytes.indices.contains(at) ? bytes[at] : nil }

    /// At most four bytes, most significant first.
    func big(_ at: Int, _ count: Int) -> Int? {
        guard at >= 0, at <= bytes.count - count else { return nil }
        return bytes[at..<at + count].reduce(0) { $0 << 8 | Int($1) }
    }

    func little(_ at: Int, _ count: Int) -> Int? {
        guard at >= 0, at <= bytes.count - count else { return nil }
        return bytes[at..<at + count].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    func spells(_ text: String, at: Int) -> Bool {
        at >= 0 && at <= bytes.count - text.utf8.count
            && bytes[at..<at + text.utf8.count].elementsEqual(text.utf8)
    }
}

import Core
import Testing

@testable import Composition

@Suite struct ImageFileTests {
    @Test("each format is known by its bytes, and says its size")
    func formats() throws {
        for (bytes, format, width, height) in [
            (SampleImage.png(300, 200), ImageFile.Format.png, 300, 200),
            (Array("GIF89a".utf8) + [0x2C, 0x01, 0xC8, 0x00], .gif, 300, 200),
            (SampleImage.jpeg(300, 200), .jpeg, 300, 200),
            (SampleImage.jpeg(300, 200, orientation: 6), .jpeg, 200, 300),
            (SampleImage.jpeg(300, 200, orientation: 3), .jpeg, 300, 200),
            (
                Array("RIFF\0\0\0\0WEBPVP8X\u{0A}\0\0\0\0\0\0\0".utf8) + [43, 1, 0, 199, 0, 0],
                .webp, 300, 200
            ),
            (
                Array("RIFF\0\0\0\0WEBPVP8L\0\0\0\0/".utf8) + [0x2B, 0xC1, 0x31, 0x00], .webp, 300,
                200
            ),
            (
                Array("RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0".utf8)
                    + [0x9D, 0x01, 0x2A, 0x2C, 0x01, 0xC8, 0x00], .webp, 300, 200
            ),
        ] {
            let file = try #require(ImageFile(bytes))
            #expect(file.format == format)
            #expect(file.size == ImageFile.Size(width: width, height: height))
        }
    }

    @Test("what is no image of these formats is none")
    func others() {
        for text in ["", "<svg/>", "%PDF", "RIFF....WAVE", "GIF90a", "\u{89}PNG"] {
            #expect(ImageFile(Array(text.utf8)) == nil)
        }
        #expect(ImageFile.isSVG(Array("<?xml version=\"1.0\"?>\n<SVG>".utf8)))
        #expect(!ImageFile.isSVG(Array("plain".utf8)))
    }

    @Test("cut and damaged headers give no size and never more than the bytes say")
    func damaged() {
        var generator = SplitMix64(seed: 11)
        for whole in [
            SampleImage.png(300, 200), SampleImage.jpeg(300, 200, orientation: 8),
            Array("GIF89a".utf8) + [1, 0, 1, 0],
        ] {
            for length in 0..<whole.count { _ = ImageFile(Array(whole[..<length])) }
            for _ in 0..<500 {
                var bytes = whole
                for _ in 0..<3 {
                    bytes[Int(generator.next() % UInt64(bytes.count))] = UInt8(
                        truncatingIfNeeded: generator.next())
                }
                if let size = ImageFile(bytes)?.size {
                    #expect((1...65_535).contains(size.width))
                    #expect((1...65_535).contains(size.height))
                }
            }
        }
        #expect(ImageFile(Array(SampleImage.png(1, 1)[..<20]))?.size == nil)
    }
}

/// Image files that hold no more than their headers.
enum SampleImage {
    static func png(_ width: Int, _ height: Int, padding: Int = 0) -> [UInt8] {
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
            + [0, 0] + big(width) + [0, 0] + big(height) + [8, 2, 0, 0, 0]
            + [UInt8](repeating: 7, count: padding)
    }

    static func jpeg(_ width: Int, _ height: Int, orientation: Int? = nil) -> [UInt8] {
        var bytes: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0, 0]
        if let orientation {
            bytes += [0xFF, 0xE1, 0, 34] + Array("Exif\0\0MM\0*".utf8) + [0, 0, 0, 8, 0, 1]
            bytes += [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, UInt8(orientation), 0, 0, 0, 0, 0, 0]
        }
        return bytes + [0xFF, 0xFF, 0xC0, 0, 17, 8] + big(height) + big(width) + [3, 0, 0]
    }

    private static func big(_ number: Int) -> [UInt8] {
        [UInt8(number >> 8 & 255), UInt8(number & 255)]
    }
}

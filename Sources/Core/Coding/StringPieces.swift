/// The pieces of a string that is made in memory of its final size: appending to a string costs as
/// much as the piece, for each of them.
package struct StringPieces {
    private let octets: UnsafeMutableBufferPointer<UInt8>
    fileprivate private(set) var count = 0

    fileprivate init(_ octets: UnsafeMutableBufferPointer<UInt8>) { self.octets = octets }

    package mutating func put(_ text: String) {
        var text = text
        text.withUTF8 { text in
            precondition(count + text.count <= octets.count, "a string is longer than was said")
            _ = octets[count...].initialize(fromContentsOf: text)
            count += text.count
        }
    }

    /// An ASCII character.
    package mutating func put(_ letter: UInt8) {
        precondition(count < octets.count, "a string is longer than was said")
        octets[count] = letter
        count += 1
    }

    /// The decimal digits; 20 at most.
    package mutating func put(_ number: Int) {
        if (0...9).contains(number) { return put(0x30 + UInt8(number)) }
        put(String(number))
    }
}

extension String {
    /// What `write` puts, at most so many octets.
    package init(atMost count: Int, _ write: (inout StringPieces) -> Void) {
        self.init(unsafeUninitializedCapacity: count) { octets in
            var pieces = StringPieces(octets)
            write(&pieces)
            return pieces.count
        }
    }
}

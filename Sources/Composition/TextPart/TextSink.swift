import Message

/// Where a tidied text goes.
protocol TextSink: AnyObject {
    func write(words: UnsafeBufferPointer<UInt8>)
    /// A blank or a tab.
    func write(blank: UInt8)
    func endLines(_ count: Int)
}

/// The text itself.
final class TextBytes: TextSink {
    var bytes: [UInt8] = []

    func write(words: UnsafeBufferPointer<UInt8>) { bytes.append(contentsOf: words) }

    func write(blank: UInt8) { bytes.append(blank) }

    func endLines(_ count: Int) { for _ in 0..<count { bytes.append(0x0A) } }
}

extension QuotedPrintable: TextSink {
    func write(words: UnsafeBufferPointer<UInt8>) { append(words) }

    func write(blank: UInt8) { append(blank: blank) }

    func endLines(_ count: Int) { for _ in 0..<count { endLine() } }
}

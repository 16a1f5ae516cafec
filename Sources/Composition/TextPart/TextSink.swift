import Message

/// Where a tidied text goes.
protocol TextSink {
    mutating func write(words: UnsafeBufferPointer<UInt8>)
    /// A blank or a tab.
    mutating func write(blank: UInt8)
    mutating func endLines(_ count: Int)
}

extension [UInt8]: TextSink {
    mutating func write(words: UnsafeBufferPointer<UInt8>) { append(contentsOf: words) }

    mutating func write(blank: UInt8) { append(blank) }

    mutating func endLines(_ count: Int) { for _ in 0..<count { append(0x0A) } }
}

extension QuotedPrintable: TextSink {
    mutating func write(words: UnsafeBufferPointer<UInt8>) { append(words) }

    mutating func write(blank: UInt8) { append(blank: blank) }

    mutating func endLines(_ count: Int) { for _ in 0..<count { endLine() } }
}

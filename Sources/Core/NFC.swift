// The standard library has the normaliser that its own comparison uses; FoundationEssentials'
// would cost megabytes for the same tables.
@_spi(_Unicode) import Swift

extension String {
    /// The text in Unicode Normalization Form C (UAX #15), in which all stored text is kept and
    /// compared bytewise.
    package var nfc: String {
        // Nothing below U+0300 composes with what precedes it.
        if unicodeScalars.allSatisfy({ $0.value < 0x300 }) { return self }
        var text = String.UnicodeScalarView()
        for scalar in _nfc { text.append(scalar) }
        return String(text)
    }

    /// Each scalar replaced by its simple lower case (UnicodeData.txt, one scalar for one, no
    /// context), then NFC.
    package var simpleLowercased: String {
        var text = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            let mapping = scalar.properties.lowercaseMapping.unicodeScalars
            // U+0130 alone maps to two; its simple mapping is the first of them.
            text.append(mapping.first ?? scalar)
        }
        return String(text).nfc
    }
}

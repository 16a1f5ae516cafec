/// The `relaxed` form of a body that a DKIM signature covers (RFC 6376 §3.4.4): runs of blanks are
/// one blank, blanks at line ends and empty lines at the end are gone. Takes the body in pieces of
/// any size and keeps no more than the last one.
struct RelaxedBody {
    /// What is settled of the pieces so far.
    private(set) var bytes: [UInt8] = []
    /// Line ends that count only if something follows.
    private var emptyLines = 0
    private var hasBlank = false
    private var hasText = false

    /// Lines must end with CRLF, as they do in every `WireMessage`.
    mutating func append(_ piece: ArraySlice<UInt8>) {
        bytes.removeAll(keepingCapacity: true)
        bytes.reserveCapacity(piece.count)
        for byte in piece {
            switch byte {
            case 0x20, 0x09: hasBlank = true
            case 0x0D: break
            case 0x0A: endLine()
            default: put(byte)
            }
        }
    }

    private mutating func endLine() {
        if hasText {
            bytes.append(0x0D)
            bytes.append(0x0A)
        } else {
            emptyLines += 1
        }
        hasText = false
        hasBlank = false
    }

    private mutating func put(_ byte: UInt8) {
        while emptyLines > 0 {
            bytes.append(0x0D)
            bytes.append(0x0A)
            emptyLines -= 1
        }
        if hasBlank { bytes.append(0x20) }
        hasBlank = false
        hasText = true
        bytes.append(byte)
    }
}

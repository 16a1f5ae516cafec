import Core
import Synchronization

/// Where what stands in a flight log. Numbers are in the machine's order: the file never leaves
/// it.
///
/// Header: magic (8) · version (4) · places (4) · boot id (36). Entry: delivery (8) · attempt (4)
/// · phase (4) · code (2) · enhanced status (3 × 2, all 0 for none) · text length (2) · text.
enum FlightFile {
    static let magic = UInt64(0x6D61_696C_6466_6C74)  // "maildflt"
    static let version: UInt32 = 1
    static let entrySize = 256

    static let delivery = 0
    static let attempt = 8
    static let phase = 12
    static let code = 16
    static let status = 18
    static let textLength = 24
    static let text = 26
    static let maximumText = entrySize - text

    static let versionOffset = 8
    static let placesOffset = 12
    static let bootOffset = 16
    static let bootLength = 36

    static func size(places: Int) -> Int { entrySize * (places + 1) }

    /// The magic is written last: a header that was being written is none.
    static func writeHeader(to memory: UnsafeMutableRawPointer, places: Int, boot: String) {
        memory.storeBytes(of: version, toByteOffset: versionOffset, as: UInt32.self)
        memory.storeBytes(of: UInt32(places), toByteOffset: placesOffset, as: UInt32.self)
        for (index, byte) in boot.utf8.prefix(bootLength).enumerated() {
            memory.storeBytes(of: byte, toByteOffset: bootOffset + index, as: UInt8.self)
        }
        memory.storeBytes(of: magic, as: UInt64.self)
    }

    static func setPhase(_ phase: FlightEntry.Phase, of entry: UnsafeMutableRawPointer) {
        // The mapping is page-aligned and the offset a multiple of four; the atomic has the
        // layout of the number in it.
        (entry + Self.phase).assumingMemoryBound(to: Atomic<UInt32>.self).pointee
            .store(phase.rawValue, ordering: .releasing)
    }

    static func writeReply(_ reply: SMTPReply, to entry: UnsafeMutableRawPointer) {
        entry.storeBytes(of: UInt16(clamping: reply.code), toByteOffset: code, as: UInt16.self)
        let digits = reply.status.map { [$0.class, $0.subject, $0.detail] } ?? [0, 0, 0]
        for (index, digit) in digits.enumerated() {
            entry.storeBytes(
                of: UInt16(clamping: digit), toByteOffset: status + 2 * index, as: UInt16.self)
        }
        let bytes = reply.text.utf8.prefix(maximumText)
        for (index, byte) in bytes.enumerated() {
            entry.storeBytes(of: byte, toByteOffset: text + index, as: UInt8.self)
        }
        entry.storeBytes(of: UInt16(bytes.count), toByteOffset: textLength, as: UInt16.self)
    }

    /// Reads an entry back; nil when the place was free.
    static func entry(_ place: Int, in entry: UnsafeRawBufferPointer) -> FlightEntry? {
        func number<I: FixedWidthInteger>(_ offset: Int, _: I.Type) -> Int {
            Int(truncatingIfNeeded: entry.loadUnaligned(fromByteOffset: offset, as: I.self))
        }
        // A phase that no version writes may have been anything: in doubt.
        let stored = UInt32(number(Self.phase, UInt32.self))
        let phase = FlightEntry.Phase(rawValue: stored) ?? .dotted
        guard phase != .free else { return nil }
        var found = FlightEntry(
            place: place, delivery: Int64(number(delivery, Int64.self)),
            attempt: number(attempt, UInt32.self), phase: phase)
        guard phase == .replied else { return found }
        let digits = (0..<3).map { number(status + 2 * $0, UInt16.self) }
        let length = min(number(textLength, UInt16.self), maximumText)
        found.reply = SMTPReply(
            code: number(code, UInt16.self),
            status: digits == [0, 0, 0] ? nil : EnhancedStatus(digits[0], digits[1], digits[2]),
            text: String(decoding: entry[text..<text + length], as: UTF8.self))
        return found
    }
}

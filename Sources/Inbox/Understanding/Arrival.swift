/// A message that came in, by whatever way.
package struct Arrival: Hashable, Sendable {
    /// At most 1 MB and one byte are looked at.
    package var message: [UInt8]
    /// The envelope's recipients, where the way tells them.
    package var recipients: [String]

    /// Bytes of a message that are read; one more shows that it was longer.
    package static let maximumMessage = 1 << 20

    package init(_ message: [UInt8], recipients: [String] = []) {
        self.message = Array(message.prefix(Self.maximumMessage + 1))
        self.recipients = recipients
    }
}

/// Why something from another system is not taken: the member that is wrong, and how.
///
/// The text never holds the value: it may be personal.
package struct IncomingFault: Error, Hashable, Sendable {
    /// `values.total`, `items[2].sku`; nil: the whole of it.
    package var member: String?
    package var message: String

    package init(_ member: String?, _ message: String) {
        self.member = member
        self.message = message
    }

    package init(_ message: String) { self.init(nil, message) }
}

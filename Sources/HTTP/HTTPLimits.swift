/// How much of one message is read before it is refused.
package struct HTTPLimits: Hashable, Sendable {
    /// Octets of the request or status line together with all field lines, line ends included.
    package var headBytes = 16 * 1024
    /// Number of field lines; trailers count on their own.
    package var fields = 100
    /// Octets of a body when nobody set another limit for this one message.
    package var bodyBytes = 64 * 1024

    package init() {}

    package init(headBytes: Int, fields: Int, bodyBytes: Int) {
        self.headBytes = headBytes
        self.fields = fields
        self.bodyBytes = bodyBytes
    }
}

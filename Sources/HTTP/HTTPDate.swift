import Core

/// The form of date that HTTP fields use (IMF-fixdate, RFC 9110 §5.6.7).
package enum HTTPDate {
    /// `Sun, 06 Nov 1994 08:49:37 GMT` for a count of seconds since 1970-01-01T00:00:00Z.
    package static func text(unixSeconds: Int64) -> String {
        Instant(milliseconds: unixSeconds &* 1000).rfc5322.dropLast("+0000".count) + "GMT"
    }
}

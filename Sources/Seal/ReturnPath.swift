/// The envelope sender of a delivery, `b-TOKEN@bounce-domain` (VERP): its local part has 28 of
/// the 64 octets allowed (RFC 5321 §4.5.3.1.1), which leaves room for forwarders to wrap it.
package enum ReturnPath {
    /// The address to send from.
    package static func address(_ token: Token, domain: String) -> String {
        token.text(after: "b-", before: "@", domain)
    }

    /// The tokens claimed by an address a report came to, at most four.
    ///
    /// Case may have changed on the way, and forwarders wrap the address (`prvs=TAG=…` of BATV,
    /// `btv1==TAG==…`, `SRS0=…=domain=…`, `SRS1=…`) and put their own domain behind it, so the
    /// token is looked for anywhere in the text. It proves itself by its code.
    package static func tokens(in text: some StringProtocol) -> [Token] {
        Token.scan(text.utf8, before: Array("b-".utf8), after: [], limit: 4)
    }
}

internal import CCurl
internal import Glibc

/// Domain names as they go over the wire.
package enum DomainName {
    /// The A-labels of an international domain (RFC 5891), by libcurl's IDN library; nil when it
    /// has none. An ASCII domain stays as it is.
    package static func ascii(_ domain: String) -> String? {
        guard domain.utf8.contains(where: { $0 >= 0x80 }) else { return domain }
        // libidn2 reads text in the locale's character set.
        guard isLocaleReady, let url = curl_url() else { return nil }
        defer { curl_url_cleanup(url) }
        guard curl_url_set(url, CURLUPART_SCHEME, "smtp", 0) == CURLUE_OK,
            curl_url_set(url, CURLUPART_HOST, domain, 0) == CURLUE_OK
        else { return nil }
        var text: UnsafeMutablePointer<CChar>?
        let flag = UInt32(1 << 12)  // CURLU_PUNYCODE, a macro that is not imported
        guard curl_url_get(url, CURLUPART_HOST, &text, flag) == CURLUE_OK, let text else {
            return nil
        }
        defer { curl_free(text) }
        let ascii = String(cString: text)
        return ascii.utf8.allSatisfy { $0 < 0x80 } ? ascii.lowercased() : nil
    }

    private static let isLocaleReady: Bool =
        Library.isReady && setlocale(LC_CTYPE, "C.UTF-8") != nil
}

import HTTP
import Testing

@Suite struct FormFieldsTests {
    @Test(
        "url-encoded fields are read as the URL Standard says",
        arguments: [
            ("a=1&b=2", ["a=1", "b=2"]), ("", []), ("&&", []), ("a", ["a="]), ("=b", ["=b"]),
            ("a=b=c", ["a=b=c"]), ("a+b=c+d%2B", ["a b=c d+"]), ("a=%", ["a=%"]),
            ("a=%4&b=%zz", ["a=%4", "b=%zz"]), ("n=M%C3%BCller", ["n=Müller"]),
            ("x=%FF", ["x=\u{FFFD}"]), ("a=%0D%0A", ["a=\r\n"]),
        ] as [(String, [String])])
    func urlEncoded(text: String, expected: [String]) throws {
        let fields = try FormFields(urlEncoded: text.utf8)
        #expect(fields.fields.map { "\($0.name)=\($0.value)" } == expected)
    }

    @Test("more fields than the limit are refused")
    func limit() {
        let text = String(repeating: "a=b&", count: 101)
        #expect(throws: FormFields.Invalid.tooManyFields) {
            try FormFields(urlEncoded: text.utf8)
        }
    }

    private func post(_ type: String, _ body: String) -> HTTPRequest {
        HTTPRequest(
            method: .post, path: "/u/x", headers: ["Content-Type": type], body: Array(body.utf8))
    }

    @Test("a one-click unsubscribe may come in either form")
    func oneClick() throws {
        let encoded = post(
            "Application/X-WWW-Form-URLEncoded; charset=utf-8", "List-Unsubscribe=One-Click")
        #expect(try encoded.formFields()["List-Unsubscribe"] == "One-Click")
        let multipart = post(
            "multipart/form-data; boundary=\"=b\"",
            "preamble\r\n--=b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\n"
                + "One-Click\r\n--=b\r\ncontent-disposition: form-data; name=f; filename=x\r\n\r\n"
                + "data\r\n--=b--\r\n")
        let fields = try multipart.formFields()
        #expect(fields["List-Unsubscribe"] == "One-Click" && fields.fields.count == 1)
    }

    @Test(
        "a broken multipart form is refused",
        arguments: [
            "", "--b--", "--b\r\n--b--\r\n",
            "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--",
            "--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n",
            "--b\r\n\r\nx\r\n--b--\r\n",
            "--b\n--b--\n",
        ])
    func brokenMultipart(body: String) {
        let request = post("multipart/form-data; boundary=b", body)
        if body == "--b--" {
            #expect((try? request.formFields().fields) == [])
        } else {
            #expect(throws: FormFields.Invalid.notMultipart) { try request.formFields() }
        }
    }

    @Test("another type of body is no form")
    func otherType() {
        #expect(throws: FormFields.Invalid.unknownType) {
            try post("application/json", "{}").formFields()
        }
    }

    @Test("names and values of a query")
    func query() throws {
        let request = HTTPRequest(method: .get, path: "/", query: "a=1&a=2")
        #expect(try request.queryFields().all("a") == ["1", "2"])
        #expect(try HTTPRequest(method: .get, path: "/").queryFields().fields.isEmpty)
    }
}

import Core
import Rules
import Testing

@Suite struct FieldTextTests {
    private func value(
        _ text: String, _ type: FieldType, comma: Bool = false
    ) throws -> FieldValue {
        var field = FieldRule(name: "x", type: type)
        if type == .choice { field.values = ["DE", "AT"] }
        return try FieldText(zone: Zone(fixedOffset: 3600), allowsDecimalComma: comma)
            .value(text, of: field)
    }

    @Test(
        "texts are read by the type of their field",
        arguments: [
            (" Müller ", .text, .text("Müller")), ("u\u{308}", .text, .text("ü")),
            ("a\nb", .text, .text("a\nb")),
            ("3.5", .number, .number(3.5)), ("-1e3", .number, .number(-1000)),
            ("7", .score, .number(7)),
            ("yes", .flag, .flag(true)), ("FALSE", .flag, .flag(false)), ("0", .flag, .flag(false)),
            ("DE", .choice, .text("DE")),
            ("2026-12-01", .date, .date(Instant("2026-11-30T23:00:00Z")!)),
            ("01.12.2026", .date, .date(Instant("2026-11-30T23:00:00Z")!)),
            ("2026-12-01 09:00", .date, .date(Instant("2026-12-01T08:00:00Z")!)),
            ("2026-12-01T09:00Z", .date, .date(Instant("2026-12-01T09:00:00Z")!)),
            ("", .number, .missing), (" \t", .text, .missing), ("  ", .choice, .missing),
        ] as [(String, FieldType, FieldValue)])
    func values(text: String, type: FieldType, expected: FieldValue) throws {
        #expect(try value(text, type) == expected)
    }

    @Test(
        "what is no value of the type is refused with the field's name",
        arguments: [
            ("abc", .number), ("3,5", .number), ("nan", .number), ("inf", .score),
            ("0x10", .number),
            ("1e999", .number), ("1 000", .number), ("maybe", .flag), ("2", .flag), ("FR", .choice),
            ("de", .choice), ("12/01/2026", .date), ("2026-02-30", .date), ("30.02.2026", .date),
            ("tomorrow", .date),
        ] as [(String, FieldType)])
    func refused(text: String, type: FieldType) {
        let error = #expect(throws: FieldText.Invalid.self) { try value(text, type) }
        #expect(error?.reason.hasPrefix("x is ") == true)
        #expect(error?.reason.contains(text) == false)
    }

    @Test("a decimal comma counts where commas separate nothing else")
    func decimalComma() throws {
        #expect(try value("3,5", .number, comma: true) == .number(3.5))
        #expect(throws: FieldText.Invalid.self) { try value("1,000,000", .number, comma: true) }
        #expect(throws: FieldText.Invalid.self) { try value("1.000,5", .number, comma: true) }
    }

    @Test("a required field must not be blank")
    func required() {
        var field = FieldRule(name: "x", type: .text)
        field.isRequired = true
        let error = #expect(throws: FieldText.Invalid.self) {
            try FieldText(zone: .utc).value(" ", of: field)
        }
        #expect(error?.reason == "x is required")
    }
}

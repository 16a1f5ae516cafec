import Core
import Diagnostics
import JSON
import Rules
import Testing

@testable import Incoming

@Suite struct EventReaderTests {
    static let now = Instant("2026-11-22T12:00:00Z")!

    static let rules = RulesReader([
        SourceText(
            path: "loop.conf",
            text: """
                [event booking]
                values = total: number, hotel: text, paid: flag, arrival: date
                """)
    ]).rules

    private func read(_ text: String) throws(IncomingFault) -> IncomingEvent {
        let json = try! JSON(parsing: text)
        return try EventReader(Self.rules, at: Self.now).event(json)
    }

    @Test("a declared event is read with its values, each of its declared type")
    func declared() throws {
        let event = try read(
            """
            {"kind": "booking", "email": "Anna@Example.ORG", "id": "b-1", "at": "2026-11-22T11:00:00Z",
             "values": {"total": 99.5, "hotel": " Seeblick ", "paid": true, "arrival": "2026-12-24"}}
            """)
        #expect(event.kind == EventKind("booking") && event.id == "b-1")
        #expect(event.person.email?.text == "Anna@example.org")
        #expect(event.at == Instant("2026-11-22T11:00:00Z"))
        #expect(
            JSON.object(event.values) == [
                "arrival": "2026-12-24T00:00:00Z", "hotel": "Seeblick", "paid": true,
                "total": 99.5,
            ])
    }

    @Test("a sale is read with its items")
    func sale() throws {
        let event = try read(
            """
            {"kind": "sale", "email": "anna@example.org", "values": {"order": "A-1", "total": 59.9,
             "currency": "EUR", "items": [{"sku": "s", "category": "shoes", "quantity": 2, "price": 20},
             {"sku": "t"}]}}
            """)
        #expect(
            event.matter
                == .sale(
                    Sale(
                        order: "A-1", total: Amount(59.9)!, currency: "EUR",
                        items: [
                            Sale.Item(
                                sku: "s", category: "shoes", quantity: 2, price: Amount(20)!),
                            Sale.Item(sku: "t", category: nil),
                        ])))
        #expect(event.values["category"] == "shoes" && event.values["items"] == 2)
    }

    @Test("a refund needs no person: its order has one")
    func refund() throws {
        let event = try read(
            #"{"kind": "refund", "values": {"order": "A-1", "items": [{"sku": "s"}]}}"#)
        #expect(
            event.matter
                == .refund(Refund(order: "A-1", returns: [Refund.Return(sku: "s", quantity: 1)])))
    }

    static let refused: [(text: String, member: String?, message: String)] = [
        ("[]", nil, "an object is expected here"),
        ("{}", "kind", "is missing"),
        (
            #"{"kind": "boking", "email": "a@b.example"}"#, "kind",
            #"unknown event "boking"; did you mean "booking"?"#
        ),
        (#"{"kind": "click", "email": "a@b.example"}"#, "kind", #"unknown event "click""#),
        (
            #"{"kind": "unsubscribe", "email": "a@b.example"}"#, "kind",
            #"unknown event "unsubscribe""#
        ),
        (#"{"kind": "booking"}"#, "email", "is missing: whom did it happen to?"),
        (#"{"kind": "booking", "email": "nobody"}"#, "email", "there is no @ in the address"),
        (
            #"{"kind": "booking", "email": "a@b.example", "emial": 1}"#, "emial",
            #"unknown member "emial"; did you mean "email"?"#
        ),
        (
            #"{"kind": "booking", "email": "a@b.example", "values": {"total": "99"}}"#,
            "values.total", "a number is expected here, without quotes"
        ),
        (
            #"{"kind": "booking", "email": "a@b.example", "values": {"totl": 1}}"#,
            "values.totl", #"unknown member "totl"; did you mean "total"?"#
        ),
        (
            #"{"kind": "booking", "email": "a@b.example", "values": {"hotel": "a\u0000b"}}"#,
            "values.hotel", "holds a control character"
        ),
        (
            #"{"kind": "booking", "email": "a@b.example", "values": {"hotel": "\u202Eevil"}}"#,
            "values.hotel", "holds a control character"
        ),
        (
            #"{"kind": "booking", "email": "a@b.example", "values": {"arrival": "24.12."}}"#,
            "values.arrival", "write a time as 2026-12-01T09:00:00Z, a day as 2026-12-01"
        ),
        (
            #"{"kind": "booking", "email": "a@b.example", "values": 5}"#, "values",
            "an object is expected here"
        ),
        (
            #"{"kind": "booking", "email": "a@b.example", "at": "2027-01-01T00:00:00Z"}"#, "at",
            "lies in the future"
        ),
        (#"{"kind": "booking", "email": "a@b.example", "id": "a b"}"#, "id", "an id has no blanks"),
        (#"{"kind": "booking", "visitor": "zz"}"#, "visitor", "is not an id that the pixel gave"),
        (
            #"{"kind": "sale", "email": "a@b.example", "values": {"total": 1}}"#, "values.order",
            "is missing"
        ),
        (
            #"{"kind": "sale", "email": "a@b.example", "values": {"order": "1", "total": -1}}"#,
            "values.total", "an amount is from 0 to 100000000000"
        ),
        (
            #"{"kind": "sale", "email": "a@b.example", "values": {"order": "1", "total": 1e300}}"#,
            "values.total", "an amount is from 0 to 100000000000"
        ),
        (
            #"{"kind": "sale", "email": "a@b.example", "values": {"order": "1", "total": 1, "currency": "€"}}"#,
            "values.currency", "is three capital letters, as EUR is"
        ),
        (
            #"{"kind": "sale", "email": "a@b.example", "values": {"order": "1", "total": 1, "items": [{"quantity": 0}]}}"#,
            "values.items[1].quantity", "is above 0 and at most 1000000"
        ),
    ]

    @Test("what is wrong is told with its place and without the value", arguments: refused)
    func refuses(_ text: String, _ member: String?, _ message: String) throws {
        #expect(throws: IncomingFault(member, message)) { try read(text) }
    }

    @Test("a text that is too long and a list with too many elements are refused")
    func sizes() throws {
        let long = String(repeating: "x", count: 5000)
        #expect(throws: IncomingFault("values.hotel", "longer than 4096 octets")) {
            try read(
                #"{"kind": "booking", "email": "a@b.example", "values": {"hotel": "\#(long)"}}"#)
        }
        let items = Array(repeating: "{}", count: 201).joined(separator: ",")
        #expect(throws: IncomingFault("values.items", "has more than 200 elements")) {
            try read(
                #"{"kind": "sale", "email": "a@b.example", "values": {"order": "1", "total": 1, "items": [\#(items)]}}"#
            )
        }
    }
}

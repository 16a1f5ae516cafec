import HTTP
import JSON
import Testing

@testable import Control

@Suite struct OutsideEventTests {
    private func live() throws -> LiveControl {
        let live = try LiveControl()
        _ = try live.importing("email\nanna@example.org\n")
        return live
    }

    private let path = "/v1/profiles/anna%40example.org/events"

    @Test("a contact is recorded with what was said; a complaint is open until it is closed")
    func contacts() throws {
        let live = try live()
        let call = try live.post(path, #"{"kind": "call", "text": "Asked for the catalogue"}"#)
        #expect(call.status == 200)
        let complaint = try live.post(path, #"{"kind": "complaint", "text": "Wet parcel"}"#)
        let id = try #require(complaint.json["event"]?.integer)
        let open = try live.ask(.get, "/v1/complaints").json.array ?? []
        #expect(open.map { $0["id"]?.integer } == [id])
        #expect(open.first?["data"]?["text"] == "Wet parcel")
        #expect(try live.post("/v1/complaints/\(id)/close").status == 200)
        #expect(try live.post("/v1/complaints/\(id)/close").status == 404)
        #expect(try live.ask(.get, "/v1/complaints").json == [])
        let kinds = (try live.person("anna@example.org")["events"]?.array ?? [])
            .filter { $0["kind"] == "contact" }.map { $0["data"]?["way"] }
        #expect(kinds == ["call", "complaint"])
        #expect(try live.person("anna@example.org")["status"] == "active")
    }

    @Test("values of a command line are read by their types")
    func values() throws {
        let live = try live()
        let sale = try live.post(
            path, #"{"kind": "sale", "values": {"order": "7", "total": "12.5", "currency": "EUR"}}"#
        )
        #expect(sale.status == 200 && sale.json["known"] == false)
        let again = try live.post(
            path, #"{"kind": "sale", "values": {"order": "7", "total": "12.5", "currency": "EUR"}}"#
        )
        #expect(again.json["known"] == true)
        let sales = try live.ask(.get, "/v1/sales").json
        #expect(sales["uncredited"] == [["currency": "EUR", "amount": 12.5]])
    }

    @Test(
        "what cannot be recorded is refused with the reason",
        arguments: [
            (#"{"kind": "nothing"}"#, 400), ("{}", 400),
            (#"{"kind": "sale", "values": {"total": "much"}}"#, 400),
            (#"{"kind": "sale", "text": "x", "values": {"order": "1", "total": 1}}"#, 400),
            (#"{"kind": "call", "at": "tomorrow"}"#, 400),
        ])
    func refused(_ body: String, _ status: Int) throws {
        #expect(try live().post(path, body).status == status)
    }

    @Test("nobody knows somebody who is not there, nor a survey that is not declared")
    func unknown() throws {
        let live = try live()
        let path = "/v1/profiles/nobody%40example.org/events"
        #expect(try live.post(path, #"{"kind": "call", "text": "x"}"#).status == 404)
        #expect(try live.ask(.get, "/v1/surveys/nps").status == 404)
        #expect(try live.ask(.get, "/v1/surveys").json == [])
    }
}

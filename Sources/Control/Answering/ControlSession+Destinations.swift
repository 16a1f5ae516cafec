import Core
import HTTP
import JSON

extension ControlSession {
    func destinations() -> JSON { host.destinations() }

    func relays() -> JSON { host.relays() }

    func orderRelay(_ call: ControlCall, rests: Bool) throws -> JSON {
        guard try host.orderRelay(call.name, rests) else {
            let names = (host.relays().array ?? []).compactMap { $0["name"]?.string }
            throw ControlError(404, Self.unknown("relay", call.name, among: names))
        }
        let done = rests ? "gets no mail until it is resumed" : "gets mail again"
        return ["done": .string("relay \(call.name) \(done)")]
    }

    func orderDestination(
        _ verb: DestinationRequest.Verb, _ call: ControlCall
    ) throws -> JSON {
        let domain = (call.parameters["name"] ?? "").lowercased()
        guard (try? EmailAddress("postmaster@\(domain)")) != nil else {
            throw ControlError(
                400, "\"\(domain)\" is no domain", hint: "Name one as in addresses: gmail.com")
        }
        let request = DestinationRequest(verb: verb, domain: domain, rate: call.option("rate"))
        return ["done": .string(try host.orderDestination(request))]
    }
}

import Core
import HTTP
import JSON

extension ControlSession {
    func destinations() -> JSON { host.destinations() }

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

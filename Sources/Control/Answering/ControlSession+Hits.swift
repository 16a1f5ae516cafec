import Core
import HTTP
import JSON
import Store

/// What was asked of mailings, and what of it counts.
extension ControlSession {
    func linkFigures(_ call: ControlCall) throws -> JSON {
        let mailing = try found(mailing: call.name)
        func figures(_ one: LinkFigures) -> [(String, JSON)] {
            [
                ("gross", .count(one.gross)), ("net", .count(one.net)),
                ("human", .count(one.human)), ("machine", .count(one.machine)),
            ]
        }
        let links = try reader.linkFigures(mailing: mailing.id).map { one in
            JSON.object(
                JSON.Object(
                    [
                        ("number", .count(one.number)), ("link", .string(one.link)),
                        ("part", .string(one.part.rawValue)),
                    ] + figures(one) + [("anonymous", .count(one.anonymous))]))
        }
        let opens = figures(try reader.openFigures(mailing: mailing.id))
        return [
            "mailing": .string(mailing.name), "links": .array(links),
            "opens": .object(JSON.Object(opens)),
        ]
    }

    func withheldClicks(_ call: ControlCall) throws -> JSON {
        let before = try call.number("before", standard: 0, upTo: .max)
        let limit = try call.limit(standard: 100)
        return .array(try reader.withheldClicks(before: before, limit: limit).map { try event($0) })
    }

    func releaseClick(_ call: ControlCall) throws -> JSON {
        guard let id = Int64(call.parameters["id"] ?? "") else {
            throw ControlError(
                400, "a click is named by its number",
                hint: "maildctl hits withheld lists them.")
        }
        let now = host.now()
        try write { try $0.release(click: id, at: now) }
        host.ledgerChanged()
        return ["done": .string("click \(id) counts")]
    }
}

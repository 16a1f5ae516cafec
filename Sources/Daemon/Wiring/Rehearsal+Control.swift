internal import Composition
internal import Control
internal import Core
internal import Desk
internal import JSON
internal import Store

/// The desk's rehearsals as the control socket asks for them.
extension Rehearsal {
    func answer(_ request: PreviewRequest) throws -> JSON {
        let cast: Cast =
            switch request.people {
            case .profile(let email): .profile(email)
            case .segment(let condition, let limit): .people(condition, limit: limit)
            case .nobody: .nobody
            }
        return .array(
            try play(request.mailing, for: cast, asIf: request.fields).map {
                Self.json($0, isWhole: request.isWhole)
            })
    }

    func answer(_ request: TestRequest, granted domains: [String]) throws -> Int64 {
        guard Composition.Grants.covers(domains, request.recipient.domain) else {
            throw StoreError.refused(
                "tests to \(request.recipient.domain) are not granted: see proof-domains in "
                    + "maild.conf")
        }
        return try test(request.mailing, for: request.profile, to: request.recipient)
    }

    private static func json(_ scene: Scene, isWhole: Bool) -> JSON {
        var object = JSON.Object([("person", scene.email.map(JSON.string) ?? .null)])
        switch scene.outcome {
        case .failure(.aborted(let reason)):
            object["outcome"] = "skipped"
            object["reason"] = .string(reason)
        case .failure(.failed(let reason)):
            object["outcome"] = "held"
            object["reason"] = .string(reason)
        case .success(let played):
            func text(_ bytes: [UInt8]) -> JSON { .string(String(decoding: bytes, as: UTF8.self)) }
            object["outcome"] = "message"
            object["subject"] = .string(played.message.subject)
            object["preheader"] = .string(played.message.preheader)
            object["choices"] = .string(played.choices)
            object["bytes"] = .integer(Int64(played.eml.count))
            object["text"] = played.message.text.map(text) ?? .null
            if isWhole {
                object["html"] = text(played.message.html)
                object["eml"] = text(played.eml)
            }
        }
        return .object(object)
    }
}

import JSON
import Store

extension ControlSession {
    /// The last errors of events, newest first: an action that could not be calculated, a segment
    /// that could not be judged.
    func errors(_ call: ControlCall) throws -> JSON {
        let limit = try call.limit(standard: 100)
        return .array(
            try reader.eventErrors(limit: limit).map { error in
                [
                    "event": .integer(error.event), "at": .time(error.at),
                    "profile": .integer(error.profile),
                    "email": .optional(try reader.profile(error.profile, fields: [])?.email),
                    "error": .string(error.text),
                ]
            })
    }
}

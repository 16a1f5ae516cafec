internal import Core
internal import Expression

/// Somebody of whom everything can be asked.
struct FuzzPerson: Subject {
    var profile: Int64 { 7 }

    func value(of field: String) -> FieldValue {
        switch field {
        case "age": .number(41)
        case "city", "first_name", "email": .text("Łódź <&>")
        case "born": .date(.epoch)
        case "vip": .flag(true)
        default: .missing
        }
    }

    func score(of field: String) -> Score? { nil }
    func isTagged(_ tag: String) -> Bool { tag == "x" }
    func isSubscribed(to topic: String) -> Bool { true }

    func instants(
        of behaviour: Behaviour, from start: Instant?, through end: Instant, limit: Int
    ) -> [Instant] { [end] }
}

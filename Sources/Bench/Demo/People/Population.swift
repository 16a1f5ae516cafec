internal import Core

/// The people of the demo, made from a seed: the same every time.
struct Population: Sendable {
    let people: [Person]

    /// `count` people, at least as many as the personas' shares of 2,000 ask for.
    init(count: Int = 2000, seed: UInt64 = 20_261_121) {
        var generator = SplitMix64(seed: seed)
        var personas = Persona.allCases.flatMap { Array(repeating: $0, count: $0.share) }
        personas += Array(repeating: .silent, count: max(0, count - personas.count))
        personas.shuffle(using: &generator)
        people = personas.enumerated().map { number, persona in
            Self.person(number: number, persona: persona, using: &generator)
        }
    }

    func people(_ belongs: (Persona) -> Bool) -> [Person] { people.filter { belongs($0.persona) } }

    private static func person(
        number: Int, persona: Persona, using generator: inout SplitMix64
    ) -> Person {
        let first = number % 12 == 0 ? nil : firstNames.randomElement(using: &generator)
        let last = number % 9 == 0 ? nil : lastNames.randomElement(using: &generator)
        let deferred = persona.getsFirstNewsletter && number % 33 == 0
        let prefix =
            persona == .unknown ? Person.refusedPrefix : deferred ? Person.deferredPrefix : ""
        let domain = domains[number % domains.count]
        return Person(
            email: "\(prefix)reader\(number)@\(domain)",
            firstName: persona == .broken ? "Eve\r\nBcc: everybody@example.net" : first,
            lastName: last,
            country: number % 7 == 0 ? nil : countries.randomElement(using: &generator),
            persona: persona, isDeferredOnce: deferred)
    }

    private static let domains = ["post.example", "mail.example", "firma.example", "inbox.example"]
    private static let countries = ["DE", "AT", "CH", "GB", "US"]
    private static let firstNames = [
        "Anna", "Jürgen", "Zoë", "Łukasz", "Maëlle", "Søren", "Ana María", "Đorđe", "李娜",
        "Anne \"Annie\"", "<b>Bob</b>", "Ben & Jo", "D'Arcy", "Ülkü", "Þóra", "Nguyễn",
        "{{ name }}",
    ]
    private static let lastNames = [
        "Müller", "O'Hara", "Grüßner", "Nowak, Dr.", "van der Berg", "\"Ace\" Smith", "Ångström",
        "<i>Rossi</i>", "Çelik", "Lee",
    ]
}

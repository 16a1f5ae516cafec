/// The languages in which the built-in pages speak.
enum PageLanguage: String, CaseIterable, Sendable {
    case en, de

    /// The field of a profile in which a person's language stands, where loop.conf declares one.
    static let field = "language"
    /// As the languages call themselves.
    static let names = ["en": "English", "de": "Deutsch"]

    /// The first language of an Accept-Language field (RFC 9110 §12.5.4) that we speak, by its
    /// weight; English where there is none.
    init(accepted field: String?) {
        var best: (language: Self, weight: Double)?
        for entry in (field ?? "").split(separator: ",").prefix(20) {
            let parts = entry.split(separator: ";")
            let tag = parts.first?.filter { $0 != " " }.lowercased() ?? ""
            guard let language = Self(rawValue: String(tag.prefix { $0 != "-" })) else { continue }
            let quality = parts.dropFirst().first { $0.contains("q=") }
            let weight = quality.flatMap { text in
                Double(text.split(separator: "=").last?.filter { $0 != " " } ?? "")
            }
            let value = weight ?? 1
            if value > best?.weight ?? 0 { best = (language, value) }
        }
        self = best?.language ?? .en
    }
}

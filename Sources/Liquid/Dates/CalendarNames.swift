/// The names of days and months of one language as bytes, made once.
struct CalendarNames: Sendable {
    let months: [[UInt8]]
    let shortMonths: [[UInt8]]
    let days: [[UInt8]]
    let shortDays: [[UInt8]]

    private init(_ language: Language) {
        months = language.months.map { Array($0.utf8) }
        shortMonths = language.shortMonths.map { Array($0.utf8) }
        days = language.days.map { Array($0.utf8) }
        shortDays = language.shortDays.map { Array($0.utf8) }
    }

    private static let english = Self(.english)
    private static let german = Self(.german)
    private static let french = Self(.french)
    private static let spanish = Self(.spanish)
    private static let polish = Self(.polish)
    private static let italian = Self(.italian)
    private static let dutch = Self(.dutch)
    private static let portuguese = Self(.portuguese)

    static func of(_ language: Language) -> Self {
        switch language {
        case .english: english
        case .german: german
        case .french: french
        case .spanish: spanish
        case .polish: polish
        case .italian: italian
        case .dutch: dutch
        case .portuguese: portuguese
        }
    }
}

/// The names of days and months of one language as bytes, made once.
final class CalendarNames: Sendable {
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

    private static let english = CalendarNames(.english)
    private static let german = CalendarNames(.german)
    private static let french = CalendarNames(.french)
    private static let spanish = CalendarNames(.spanish)
    private static let polish = CalendarNames(.polish)
    private static let italian = CalendarNames(.italian)
    private static let dutch = CalendarNames(.dutch)
    private static let portuguese = CalendarNames(.portuguese)

    static func of(_ language: Language) -> CalendarNames {
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

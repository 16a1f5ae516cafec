/// The languages whose names of days and months the date filter knows.
package enum Language: String, Sendable, CaseIterable {
    case english = "en"
    case german = "de"
    case french = "fr"
    case spanish = "es"
    case polish = "pl"
    case italian = "it"
    case dutch = "nl"
    case portuguese = "pt"

    /// By a language tag (BCP 47): the part before the first hyphen counts; English otherwise.
    package init(tag: some StringProtocol) {
        let primary = tag.prefix { $0 != "-" && $0 != "_" }.lowercased()
        self = Self(rawValue: primary) ?? .english
    }

    var months: [String] {
        switch self {
        case .english:
            [
                "January", "February", "March", "April", "May", "June", "July", "August",
                "September", "October", "November", "December",
            ]
        case .german:
            [
                "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August",
                "September", "Oktober", "November", "Dezember",
            ]
        case .french:
            [
                "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août",
                "septembre", "octobre", "novembre", "décembre",
            ]
        case .spanish:
            [
                "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto",
                "septiembre", "octubre", "noviembre", "diciembre",
            ]
        case .polish:
            // The genitive, as it stands behind a day: "3 listopada 2026".
            [
                "stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca",
                "sierpnia", "września", "października", "listopada", "grudnia",
            ]
        case .italian:
            [
                "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto",
                "settembre", "ottobre", "novembre", "dicembre",
            ]
        case .dutch:
            [
                "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus",
                "september", "oktober", "november", "december",
            ]
        case .portuguese:
            [
                "janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto",
                "setembro", "outubro", "novembro", "dezembro",
            ]
        }
    }

    var shortMonths: [String] {
        switch self {
        case .english:
            [
                "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov",
                "Dec",
            ]
        case .german:
            [
                "Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov",
                "Dez",
            ]
        case .french:
            [
                "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.",
                "oct.", "nov.", "déc.",
            ]
        case .spanish:
            [
                "ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov",
                "dic",
            ]
        case .polish:
            [
                "sty", "lut", "mar", "kwi", "maj", "cze", "lip", "sie", "wrz", "paź", "lis",
                "gru",
            ]
        case .italian:
            [
                "gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov",
                "dic",
            ]
        case .dutch:
            [
                "jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov",
                "dec",
            ]
        case .portuguese:
            [
                "jan.", "fev.", "mar.", "abr.", "mai.", "jun.", "jul.", "ago.", "set.", "out.",
                "nov.", "dez.",
            ]
        }
    }

    /// From Sunday.
    var days: [String] {
        switch self {
        case .english:
            ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
        case .german:
            [
                "Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag",
            ]
        case .french:
            ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"]
        case .spanish:
            ["domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"]
        case .polish:
            [
                "niedziela", "poniedziałek", "wtorek", "środa", "czwartek", "piątek", "sobota",
            ]
        case .italian:
            ["domenica", "lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato"]
        case .dutch:
            [
                "zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag",
            ]
        case .portuguese:
            [
                "domingo", "segunda-feira", "terça-feira", "quarta-feira", "quinta-feira",
                "sexta-feira", "sábado",
            ]
        }
    }

    var shortDays: [String] {
        switch self {
        case .english: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        case .german: ["So", "Mo", "Di", "Mi", "Do", "Fr", "Sa"]
        case .french: ["dim.", "lun.", "mar.", "mer.", "jeu.", "ven.", "sam."]
        case .spanish: ["dom", "lun", "mar", "mié", "jue", "vie", "sáb"]
        case .polish: ["niedz.", "pon.", "wt.", "śr.", "czw.", "pt.", "sob."]
        case .italian: ["dom", "lun", "mar", "mer", "gio", "ven", "sab"]
        case .dutch: ["zo", "ma", "di", "wo", "do", "vr", "za"]
        case .portuguese: ["dom.", "seg.", "ter.", "qua.", "qui.", "sex.", "sáb."]
        }
    }
}

/// A `strftime` format as Ruby reads it, cut into pieces once and printed often.
struct DateFormat: Sendable {
    struct Directive {
        var letter: UInt8
        /// `-`: no padding. `0`, `_`: what to pad with.
        var padding: UInt8?
        var isUpper = false
        var swapsCase = false
        var colons = 0
        var width: Int?
    }

    enum Piece {
        case text([UInt8])
        case directive(Directive)
    }

    let pieces: [Piece]

    /// Wider fields are not printed: a width is an author's number.
    private static let maximumWidth = 1024

    init(_ format: [UInt8]) {
        var pieces: [Piece] = []
        var text: [UInt8] = []
        var at = 0
        while at < format.count {
            if format[at] == 0x25, let (directive, end) = Self.directive(format, at + 1) {
                if !text.isEmpty { pieces.append(.text(text)) }
                text = []
                pieces.append(.directive(directive))
                at = end
            } else {
                text.append(format[at])
                at += 1
            }
        }
        if !text.isEmpty { pieces.append(.text(text)) }
        self.pieces = pieces
    }

    /// The directive behind a percent sign, nil when it is none: then it is printed as it stands.
    private static func directive(_ format: [UInt8], _ start: Int) -> (Directive, Int)? {
        var directive = Directive(letter: 0)
        var at = start
        while at < format.count {
            let byte = format[at]
            switch byte {
            case "-", "_": directive.padding = byte
            case "0" where directive.width == nil: directive.padding = byte
            case "^": directive.isUpper = true
            case "#": directive.swapsCase = true
            case ":": directive.colons += 1
            case 0x30...0x39:
                let width = (directive.width ?? 0) * 10 + Int(byte - 0x30)
                guard width <= maximumWidth else { return nil }
                directive.width = width
            case "E" where at + 1 < format.count && "cCxXyY".utf8.contains(format[at + 1]),
                "O"
            where at + 1 < format.count
                && "deHkIlmMSuUVwWy".utf8.contains(format[at + 1]):
                break
            default:
                let isZone = byte == 0x7A && directive.colons <= 3
                guard directives.contains(byte), directive.colons == 0 || isZone else {
                    return nil
                }
                directive.letter = byte
                return (directive, at + 1)
            }
            at += 1
        }
        return nil
    }

    private static let directives = Set("YCymBbhjdeHkIlPpMSLNzZAauwGgVUWsntcDFvxXrRT%".utf8)

    func append(_ time: ZonedTime, in language: Language, to out: inout [UInt8]) {
        let printer = DatePrinter(
            time: time, names: CalendarNames.of(language), language: language)
        for piece in pieces {
            switch piece {
            case .text(let text): out += text
            case .directive(let directive): printer.append(directive, to: &out)
            }
        }
    }
}

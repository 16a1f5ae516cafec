internal import Composition
internal import Core
internal import Message

/// How a mailing looks to one person.
struct Look {
    /// What the page says about whom it is shown for: `1,204 people, 48 %`.
    var title: String
    /// `shown for anna@example.org`; empty when the title says it all.
    var person: String
    /// What was chosen.
    var choices: String
    /// Nil: that person is no longer shown.
    var outcome: Result<RenderedMessage, RenderFailure>?
    /// The whole message as a file beside the page.
    var file: (name: String, bytes: [UInt8])?
}

extension Look {
    /// Renders a mailing for a person, and makes the file. `to` stands in its header.
    init(
        _ title: String, _ mailing: CompiledMailing, _ row: Result<MergeRow, RenderFailure>,
        person: String = "", to: EmailAddress, file: String
    ) {
        self.title = title
        self.person = person
        switch row {
        case .failure(let failure):
            choices = ""
            outcome = .failure(failure)
        case .success(let row):
            choices = row.choices.text
            outcome = mailing.look(row)
            if case .message(let message, _, _) = mailing.compose(
                from: row, to: to, identity: .preview)
            {
                self.file = (file, message.bytes)
            }
        }
    }

    /// Of whom nobody is shown any more.
    init(_ title: String, choices: String) {
        self.title = title
        person = ""
        self.choices = choices
    }
}

extension CompiledMailing {
    /// A folder's name in a URL.
    private static func encoded(_ name: String) -> String {
        name.utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F:
                String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }.joined()
    }

    /// The parts as a person reads them, images beside the page, links leading straight to their targets.
    fileprivate func look(_ row: MergeRow) -> Result<RenderedMessage, RenderFailure> {
        do throws(RenderFailure) {
            var rendered = try render(row, identity: .preview)
            let folder = Self.encoded(name)
            rendered.html = html(rendered.html, identity: .preview) {
                "\(folder)/\($0.publicName)"
            }
            return .success(rendered)
        } catch {
            return .failure(error)
        }
    }
}

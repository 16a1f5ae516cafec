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
    /// The parts as a person reads them, links leading straight to their targets.
    fileprivate func look(_ row: MergeRow) -> Result<RenderedMessage, RenderFailure> {
        do throws(RenderFailure) {
            return .success(try render(row, identity: .preview))
        } catch {
            return .failure(error)
        }
    }
}

/// What a page says and asks, not yet in HTML. A new kind of page is a function that makes one.
struct PageContent {
    var title: String
    var parts: [Part]

    init(_ title: String, _ parts: [Part] = []) {
        self.title = title
        self.parts = parts
    }

    enum Part {
        case text(String)
        /// Something was done; screen readers say it when the page comes.
        case notice(String)
        /// What is wrong with a form.
        case errors(title: String, [Problem])
        case heading(String)
        case facts([Fact])
        case form(PageForm)
        /// To a page of ours, or to an address that loop.conf names.
        case link(String, to: String)
    }

    /// What is wrong with one control.
    struct Problem {
        /// The control's name.
        var control: String
        var message: String
    }

    struct Fact {
        var label: String
        var value: String
    }
}

/// A form of a page: it is sent by POST to the page's own address.
struct PageForm {
    var hidden: [Hidden] = []
    var controls: [Control] = []
    /// The first is the one to press.
    var buttons: [Button] = []

    struct Hidden {
        var name: String
        var value: String
    }

    struct Button {
        var label: String
        var name: String
        var value: String
    }

    enum Control {
        case question(Question, Answer)
        /// People do not see it and leave it empty; programs that fill in forms do not.
        case trap(name: String, label: String)
    }

    struct Question {
        var name: String
        var label: String
        /// It is the page's title: not said twice to those who see it.
        var isTitle = false
        var hint: String?
        /// What is wrong with the answer that was sent.
        var problem: String?
    }

    enum Answer {
        case line(Line)
        case select([Option], chosen: String)
        /// Several boxes under one question.
        case checks([Box])
        /// One of several; the whole of an option can be pressed. A scale has numbers, side by side
        /// where there is room.
        case radios([Option], chosen: String?, isScale: Bool)
        /// Text of several lines; `longest` in UTF-16 units, as browsers count.
        case area(String, longest: Int)
    }

    /// One line of text.
    struct Line {
        var value = ""
        /// Of HTML: `text`, `email`, `number`, `date`.
        var type = "text"
        /// What browsers may fill in (HTML, WCAG 2.1 1.3.5).
        var autocomplete: String?
        var isRequired = false
    }

    struct Option {
        var value: String
        var label: String
    }

    struct Box {
        var value: String
        var label: String
        var isChecked: Bool
        var note: String?
    }
}

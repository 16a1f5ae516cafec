internal import Core

/// Writes the parts of a page as HTML. Every text is escaped here and nowhere else.
struct PageHTML {
    private(set) var text = ""

    init(_ content: PageContent) {
        for part in content.parts { add(part) }
    }

    private mutating func line(_ html: String) {
        text += html
        text += "\n"
    }

    private mutating func add(_ part: PageContent.Part) {
        switch part {
        case .text(let words): line("<p>\(HTML.escaped(words))</p>")
        case .notice(let words):
            line("<p class=\"notice\" role=\"status\">\(HTML.escaped(words))</p>")
        case .errors(let title, let problems): add(title, problems)
        case .heading(let words): line("<h2>\(HTML.escaped(words))</h2>")
        case .facts(let facts):
            line("<dl>")
            for fact in facts {
                line("<dt>\(HTML.escaped(fact.label))</dt>")
                line("<dd>\(HTML.escaped(fact.value))</dd>")
            }
            line("</dl>")
        case .form(let form): add(form)
        case .link(let words, let target):
            line("<p><a href=\"\(HTML.escaped(target))\">\(HTML.escaped(words))</a></p>")
        }
    }

    private mutating func add(_ title: String, _ problems: [PageContent.Problem]) {
        line("<div class=\"errors\" role=\"alert\">")
        line("<h2>\(HTML.escaped(title))</h2>")
        line("<ul>")
        for problem in problems {
            let target = Self.id(problem.control)
            line("<li><a href=\"#\(target)\">\(HTML.escaped(problem.message))</a></li>")
        }
        line("</ul>")
        line("</div>")
    }

    private mutating func add(_ form: PageForm) {
        // Our own messages stand with the fields, in the page's language.
        line("<form method=\"post\" novalidate>")
        for hidden in form.hidden {
            line(
                "<input type=\"hidden\" name=\"\(HTML.escaped(hidden.name))\" "
                    + "value=\"\(HTML.escaped(hidden.value))\">")
        }
        for control in form.controls { add(control) }
        for (index, button) in form.buttons.enumerated() {
            line(
                "<button type=\"submit\" name=\"\(HTML.escaped(button.name))\" "
                    + "value=\"\(HTML.escaped(button.value))\""
                    + (index > 0 ? " class=\"second\"" : "") + ">"
                    + "\(HTML.escaped(button.label))</button>")
        }
        line("</form>")
    }

    private mutating func add(_ control: PageForm.Control) {
        switch control {
        case .question(let question, let answer): add(question, answer)
        case .trap(let name, let label):
            let id = Self.id(name)
            line("<div class=\"extra\" aria-hidden=\"true\">")
            line("<label for=\"\(id)\">\(HTML.escaped(label))</label>")
            line(
                "<input type=\"text\" id=\"\(id)\" name=\"\(HTML.escaped(name))\" "
                    + "tabindex=\"-1\" autocomplete=\"off\">")
            line("</div>")
        }
    }

    /// Several controls under one question are a group, whose legend it is.
    private mutating func add(_ question: PageForm.Question, _ answer: PageForm.Answer) {
        let id = Self.id(question.name)
        let title = question.isTitle ? " class=\"extra\"" : ""
        let label = HTML.escaped(question.label)
        if answer.isGroup {
            line("<fieldset\(Self.described(question))>")
            line("<legend\(title)>\(label)</legend>")
        } else {
            line("<div class=\"field\">")
            line("<label for=\"\(id)\"\(title)>\(label)</label>")
        }
        if let hint = question.hint {
            line("<p class=\"hint\" id=\"\(id)-hint\">\(HTML.escaped(hint))</p>")
        }
        if let problem = question.problem {
            line("<p class=\"error\" id=\"\(id)-error\">\(HTML.escaped(problem))</p>")
        }
        let named = "id=\"\(id)\" name=\"\(HTML.escaped(question.name))\""
        switch answer {
        case .line(let input): add(input, named, Self.described(question))
        case .select(let options, let chosen):
            line("<select \(named)\(Self.described(question))>")
            for option in options { add(option, isChosen: option.value == chosen) }
            line("</select>")
        case .checks(let boxes):
            for (index, box) in boxes.enumerated() { add(box, index, of: question) }
        case .radios(let options, let chosen, let isScale):
            line("<div class=\"\(isScale ? "scale" : "choices")\">")
            for (index, option) in options.enumerated() {
                add(option, index, of: question, isChosen: option.value == chosen)
            }
            line("</div>")
        case .area(let text, let longest):
            // A line end right behind the tag is not of the text (HTML).
            line(
                "<textarea \(named) rows=\"6\" maxlength=\"\(longest)\""
                    + "\(Self.described(question))>\n\(HTML.escaped(text))</textarea>")
        }
        line(answer.isGroup ? "</fieldset>" : "</div>")
    }

    private mutating func add(_ input: PageForm.Line, _ named: String, _ described: String) {
        var tag = "<input type=\"\(HTML.escaped(input.type))\" \(named) "
        tag += "value=\"\(HTML.escaped(input.value))\""
        if let autocomplete = input.autocomplete { tag += " autocomplete=\"\(autocomplete)\"" }
        if input.isRequired { tag += " required" }
        line(tag + described + ">")
    }

    private mutating func add(_ option: PageForm.Option, isChosen: Bool) {
        line(
            "<option value=\"\(HTML.escaped(option.value))\"\(isChosen ? " selected" : "")>"
                + "\(HTML.escaped(option.label))</option>")
    }

    private mutating func add(_ box: PageForm.Box, _ index: Int, of question: PageForm.Question) {
        let id = Self.id(question.name, index)
        line("<div class=\"box\">")
        var tag = "<input type=\"checkbox\" id=\"\(id)\" "
        tag += "name=\"\(HTML.escaped(question.name))\" value=\"\(HTML.escaped(box.value))\""
        if box.isChecked { tag += " checked" }
        if box.note != nil { tag += " aria-describedby=\"\(id)-note\"" }
        line(tag + ">")
        line("<label for=\"\(id)\">\(HTML.escaped(box.label))</label>")
        if let note = box.note {
            line("<p class=\"hint\" id=\"\(id)-note\">\(HTML.escaped(note))</p>")
        }
        line("</div>")
    }

    private mutating func add(
        _ option: PageForm.Option, _ index: Int, of question: PageForm.Question, isChosen: Bool
    ) {
        let id = Self.id(question.name, index)
        line(
            "<div class=\"answer\"><input type=\"radio\" id=\"\(id)\" "
                + "name=\"\(HTML.escaped(question.name))\" "
                + "value=\"\(HTML.escaped(option.value))\"\(isChosen ? " checked" : "")>"
                + "<label for=\"\(id)\">\(HTML.escaped(option.label))</label></div>")
    }

    /// Ties hint and error to their control.
    private static func described(_ question: PageForm.Question) -> String {
        let id = id(question.name)
        var names: [String] = []
        if question.hint != nil { names.append("\(id)-hint") }
        if question.problem != nil { names.append("\(id)-error") }
        var attributes = question.problem == nil ? "" : " aria-invalid=\"true\""
        if !names.isEmpty {
            attributes += " aria-describedby=\"\(names.joined(separator: " "))\""
        }
        return attributes
    }

    /// The first of a group bears the plain id, so that an error leads to it.
    private static func id(_ name: String, _ index: Int = 0) -> String {
        "c-" + HTML.escaped(name) + (index == 0 ? "" : "-\(index)")
    }
}

extension PageForm.Answer {
    fileprivate var isGroup: Bool {
        switch self {
        case .checks, .radios: true
        case .line, .select, .area: false
        }
    }
}

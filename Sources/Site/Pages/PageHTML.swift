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
        case .text(let words): line("<p>\(Self.escaped(words))</p>")
        case .notice(let words):
            line("<p class=\"notice\" role=\"status\">\(Self.escaped(words))</p>")
        case .errors(let title, let problems): add(title, problems)
        case .heading(let words): line("<h2>\(Self.escaped(words))</h2>")
        case .facts(let facts):
            line("<dl>")
            for fact in facts {
                line("<dt>\(Self.escaped(fact.label))</dt>")
                line("<dd>\(Self.escaped(fact.value))</dd>")
            }
            line("</dl>")
        case .form(let form): add(form)
        case .link(let words, let target):
            line("<p><a href=\"\(Self.escaped(target))\">\(Self.escaped(words))</a></p>")
        }
    }

    private mutating func add(_ title: String, _ problems: [PageContent.Problem]) {
        line("<div class=\"errors\" role=\"alert\">")
        line("<h2>\(Self.escaped(title))</h2>")
        line("<ul>")
        for problem in problems {
            let target = Self.id(problem.control)
            line("<li><a href=\"#\(target)\">\(Self.escaped(problem.message))</a></li>")
        }
        line("</ul>")
        line("</div>")
    }

    private mutating func add(_ form: PageForm) {
        // Our own messages stand with the fields, in the page's language.
        line("<form method=\"post\" novalidate>")
        for hidden in form.hidden {
            line(
                "<input type=\"hidden\" name=\"\(Self.escaped(hidden.name))\" "
                    + "value=\"\(Self.escaped(hidden.value))\">")
        }
        for control in form.controls { add(control) }
        for (index, button) in form.buttons.enumerated() {
            line(
                "<button type=\"submit\" name=\"\(Self.escaped(button.name))\" "
                    + "value=\"\(Self.escaped(button.value))\""
                    + (index > 0 ? " class=\"second\"" : "") + ">"
                    + "\(Self.escaped(button.label))</button>")
        }
        line("</form>")
    }

    private mutating func add(_ control: PageForm.Control) {
        switch control {
        case .input(let input): add(input)
        case .select(let select): add(select)
        case .checks(let checks): add(checks)
        case .radios(let radios): add(radios)
        case .area(let area): add(area)
        case .trap(let name, let label):
            let id = Self.id(name)
            line("<div class=\"extra\" aria-hidden=\"true\">")
            line("<label for=\"\(id)\">\(Self.escaped(label))</label>")
            line(
                "<input type=\"text\" id=\"\(id)\" name=\"\(Self.escaped(name))\" "
                    + "tabindex=\"-1\" autocomplete=\"off\">")
            line("</div>")
        }
    }

    private mutating func add(_ input: PageForm.Input) {
        let id = Self.id(input.name)
        line("<div class=\"field\">")
        line("<label for=\"\(id)\">\(Self.escaped(input.label))</label>")
        add(input.hint, input.problem, id)
        var tag = "<input type=\"\(Self.escaped(input.type))\" id=\"\(id)\" "
        tag += "name=\"\(Self.escaped(input.name))\" value=\"\(Self.escaped(input.value))\""
        if let autocomplete = input.autocomplete { tag += " autocomplete=\"\(autocomplete)\"" }
        if input.isRequired { tag += " required" }
        line(tag + Self.described(input.hint, input.problem, id) + ">")
        line("</div>")
    }

    private mutating func add(_ select: PageForm.Select) {
        let id = Self.id(select.name)
        line("<div class=\"field\">")
        line("<label for=\"\(id)\">\(Self.escaped(select.label))</label>")
        add(select.hint, select.problem, id)
        line(
            "<select id=\"\(id)\" name=\"\(Self.escaped(select.name))\""
                + Self.described(select.hint, select.problem, id) + ">")
        for option in select.options {
            let isChosen = option.value == select.chosen
            line(
                "<option value=\"\(Self.escaped(option.value))\"\(isChosen ? " selected" : "")>"
                    + "\(Self.escaped(option.label))</option>")
        }
        line("</select>")
        line("</div>")
    }

    private mutating func add(_ checks: PageForm.Checks) {
        let id = Self.id(checks.name)
        line("<fieldset\(Self.described(checks.hint, checks.problem, id))>")
        line("<legend>\(Self.escaped(checks.legend))</legend>")
        add(checks.hint, checks.problem, id)
        for (index, box) in checks.boxes.enumerated() {
            // The first bears the plain id, so that an error leads to it.
            let own = index == 0 ? id : "\(id)-\(index)"
            line("<div class=\"box\">")
            var tag = "<input type=\"checkbox\" id=\"\(own)\" "
            tag += "name=\"\(Self.escaped(checks.name))\" value=\"\(Self.escaped(box.value))\""
            if box.isChecked { tag += " checked" }
            if box.note != nil { tag += " aria-describedby=\"\(own)-note\"" }
            line(tag + ">")
            line("<label for=\"\(own)\">\(Self.escaped(box.label))</label>")
            if let note = box.note {
                line("<p class=\"hint\" id=\"\(own)-note\">\(Self.escaped(note))</p>")
            }
            line("</div>")
        }
        line("</fieldset>")
    }

    private mutating func add(_ radios: PageForm.Radios) {
        let id = Self.id(radios.name)
        line("<fieldset\(Self.described(radios.hint, radios.problem, id))>")
        line("<legend\(Self.hidden(radios.isTitle))>\(Self.escaped(radios.legend))</legend>")
        add(radios.hint, radios.problem, id)
        line("<div class=\"\(radios.isScale ? "scale" : "choices")\">")
        for (index, option) in radios.options.enumerated() {
            let own = index == 0 ? id : "\(id)-\(index)"
            let isChosen = option.value == radios.chosen
            line(
                "<div class=\"answer\"><input type=\"radio\" id=\"\(own)\" "
                    + "name=\"\(Self.escaped(radios.name))\" "
                    + "value=\"\(Self.escaped(option.value))\"\(isChosen ? " checked" : "")>"
                    + "<label for=\"\(own)\">\(Self.escaped(option.label))</label></div>")
        }
        line("</div>")
        line("</fieldset>")
    }

    private mutating func add(_ area: PageForm.Area) {
        let id = Self.id(area.name)
        line("<div class=\"field\">")
        line("<label for=\"\(id)\"\(Self.hidden(area.isTitle))>\(Self.escaped(area.label))</label>")
        add(area.hint, area.problem, id)
        // A line end right behind the tag is not of the text (HTML).
        line(
            "<textarea id=\"\(id)\" name=\"\(Self.escaped(area.name))\" rows=\"6\" "
                + "maxlength=\"\(area.longest)\"\(Self.described(area.hint, area.problem, id))>\n"
                + "\(Self.escaped(area.value))</textarea>")
        line("</div>")
    }

    /// For those who listen, not for those who see.
    private static func hidden(_ isHidden: Bool) -> String {
        isHidden ? " class=\"extra\"" : ""
    }

    private mutating func add(_ hint: String?, _ problem: String?, _ id: String) {
        if let hint { line("<p class=\"hint\" id=\"\(id)-hint\">\(Self.escaped(hint))</p>") }
        if let problem {
            line("<p class=\"error\" id=\"\(id)-error\">\(Self.escaped(problem))</p>")
        }
    }

    /// Ties hint and error to their control.
    private static func described(_ hint: String?, _ problem: String?, _ id: String) -> String {
        var names: [String] = []
        if hint != nil { names.append("\(id)-hint") }
        if problem != nil { names.append("\(id)-error") }
        var attributes = problem == nil ? "" : " aria-invalid=\"true\""
        if !names.isEmpty {
            attributes += " aria-describedby=\"\(names.joined(separator: " "))\""
        }
        return attributes
    }

    private static func id(_ name: String) -> String { "c-" + escaped(name) }

    /// For text and for values of attributes in double quotes.
    static func escaped(_ text: String) -> String {
        text.reduce(into: "") { escaped, character in
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.append(character)
            }
        }
    }
}

internal import Diagnostics

/// Terms, filters and conditions in the markup of a tag: strict, then lenient where the mode is.
extension TemplateParser {
    var lenient: LenientParser { LenientParser(source: source) }

    func strict(_ range: Range<Int>) throws(Finding) -> TermParser {
        try TermParser(source: source, mode: mode, range: range)
    }

    func filteredTerm(_ range: Range<Int>) throws(Finding) -> FilteredTerm {
        var value: FilteredTerm
        do {
            var parser = try strict(range)
            value = try parser.filteredTerm()
        } catch {
            guard mode == .lax else { throw error }
            value = try lenient.filteredTerm(range)
        }
        try FilterTable.check(&value, in: mode)
        try FilterTable.checkLiterals(value, in: mode)
        return value
    }

    /// One term and nothing else; what follows it is ignored before strict2.
    func term(_ range: Range<Int>) throws(Finding) -> Term {
        do {
            var parser = try strict(range)
            let term = try parser.term()
            try parser.requireEnd()
            return term
        } catch {
            guard mode == .lax || mode == .strict else { throw error }
            guard let fragment = lenient.findFragment(range) else { throw error }
            return try lenient.term(fragment)
        }
    }

    func condition(_ token: Tokenizer.Token) throws(Finding) -> Condition {
        if token.markup.isEmpty {
            throw place(token.range.lowerBound).finding("syntax", "a condition is expected")
        }
        if mode == .lax { return try lenient.condition(token.markup) }
        if mode.isMail {
            var parser = MailConditionParser(source: source, range: token.markup)
            return try parser.condition()
        }
        var parser = try strict(token.markup)
        return try parser.condition()
    }

    func syntax(_ token: Tokenizer.Token, _ message: String) -> Finding {
        place(token.range.lowerBound).finding("syntax", message)
    }
}

extension Compiler {
    mutating func expr(_ term: Term) -> Expr {
        switch term {
        case .literal(let value): .constant(value)
        case .blank, .empty: .constant(.string([]))
        case .path(let node): path(node)
        case .range(let first, let last): range(expr(first), expr(last))
        }
    }

    private func range(_ first: Expr, _ last: Expr) -> Expr {
        if case .constant(.int(let low)) = first, case .constant(.int(let high)) = last {
            return .constant(.range(low, high))
        }
        return .range(first, last)
    }

    mutating func path(_ node: Path) -> Expr {
        if let root = node.rootName, !bound.contains(root), let names = node.plainNames,
            let (number, covered) = options.field(names), covered > 0
        {
            return .field(number, lookups(node.segments.dropFirst(covered - 1)))
        }
        let lookups = lookups(node.segments[...])
        if !lookups.isEmpty, let path = dataPath(node, lookups) { return path }
        switch node.root {
        case .name(let name):
            let symbol = symbol(name)
            return lookups.isEmpty ? .variable(symbol) : .path(symbol, lookups)
        case .key(let key): return .computed(expr(key), lookups)
        }
    }

    /// Only in the template's own text: what partials bind around their own is not known.
    private mutating func dataPath(_ node: Path, _ lookups: [Expr.Lookup]) -> Expr? {
        guard chain.isEmpty, !includes, let root = node.rootName, !bound.contains(root),
            let names = node.plainNames
        else { return nil }
        if let known = dataPathNumbers[names] { return .data(known) }
        dataPathNumbers[names] = dataPaths.count
        dataPaths.append(DataPath(symbol: symbol(root), lookups: lookups))
        return .data(dataPaths.count - 1)
    }

    private mutating func lookups(_ segments: ArraySlice<Path.Segment>) -> [Expr.Lookup] {
        var lookups: [Expr.Lookup] = []
        for segment in segments {
            switch segment {
            case .name(let name):
                let member = MemberName(Array(name.utf8))
                lookups.append(.name(member, Expr.Command(rawValue: name)))
            case .key(.literal(.string(let name))):
                lookups.append(.name(MemberName(name), nil))
            case .key(let key): lookups.append(.key(expr(key)))
            }
        }
        return lookups
    }

    mutating func filtered(_ value: FilteredTerm) -> FilteredExpr {
        var expr = expr(value.term)
        var filters = value.filters[...]
        // The commonest filter needs no call.
        while let fallback = filters.first?.literalDefault {
            expr = .fallback(expr, fallback)
            filters.removeFirst()
        }
        return FilteredExpr(expr: expr, filters: filters.compactMap { bind($0) })
    }

    /// Nil for `raw`, which `output` sees to. The parser has checked names and counts; a call that
    /// was built by hand and has more arguments loses them.
    private mutating func bind(_ call: FilterCall) -> BoundFilter? {
        guard var filter = FilterTable.all[call.name] else { return nil }
        let arguments = call.arguments.map { expr($0) }
        if call.name == "date", case .constant(.string(let format)) = arguments.first,
            !format.isEmpty
        {
            filter = ValueFilters.date(format)
        }
        return BoundFilter(
            filter: filter, first: arguments.first,
            second: arguments.count > 1 ? arguments[1] : nil,
            allowsFalse: call.named.first { $0.name == "allow_false" }.map { expr($0.value) },
            place: place(call.place))
    }

    mutating func output(_ node: Node.Output) -> Step {
        var value = node.value
        var escapes = escaping == .html
        var isFilter = false
        let last = value.filters.last?.name
        if mode.isMail, last == FilterTable.raw || last == "escape_once" {
            escapes = false
        } else if last == "escape" || last == "h" {
            // Escaping while writing saves a text; the result is the same.
            value.filters.removeLast()
            escapes = true
            isFilter = true
        } else if mode.isMail, escapes, last == "newline_to_br" {
            // The breaks are markup, what stands between them is not.
            value.filters.insert(
                FilterCall(name: "escape_once", at: node.place), at: value.filters.count - 1)
            escapes = false
        }
        let filtered = filtered(value)
        let step = OutputStep(
            filtered, escapes: escapes, isFilter: isFilter, shared: shared(filtered),
            place: place(node.place))
        outputs.append(step)
        return step
    }

    // MARK: Conditions

    mutating func test(_ condition: Condition) -> Test {
        switch condition {
        case .truth(.blank), .truth(.empty): .constant(true)
        case .truth(let term): .truth(expr(term))
        case .comparison(let left, let sign, let right, _): compare(left, sign, right)
        case .and(let a, let b): .and(test(a), test(b))
        case .or(let a, let b): .or(test(a), test(b))
        case .not(let inner): .not(test(inner))
        case .inSegment(let name, _): .segment(name)
        case .expression(let text, _): .expression(text)
        }
    }

    mutating func compare(_ left: Term, _ sign: Condition.Comparison, _ right: Term) -> Test {
        if case .contains = sign {
            if left.isWord { return .constant(false) }
            return .compare(expr(left), sign, expr(right))
        }
        if left.isWord || right.isWord {
            guard sign == .equal || sign == .unequal else { return .constant(false) }
            // blank and empty are tests; compared with each other, neither is the other.
            if left.isWord, right.isWord { return .constant(sign == .unequal) }
            let tested = expr(left.isWord ? right : left)
            if case .blank = left.isWord ? left : right {
                return .isBlank(tested, isNegated: sign == .unequal)
            }
            return .isEmpty(tested, isNegated: sign == .unequal)
        }
        if mode.isMail, !left.isNull, !right.isNull {
            return .strictCompare(expr(left), sign, expr(right))
        }
        return .compare(expr(left), sign, expr(right))
    }
}

extension FilterCall {
    /// The value of `default: LITERAL`.
    fileprivate var literalDefault: Value? {
        guard name == "default", named.isEmpty, arguments.count == 1,
            case .literal(let value) = arguments[0]
        else { return nil }
        return value
    }
}

extension Term {
    /// `blank` or `empty`.
    var isWord: Bool {
        switch self {
        case .blank, .empty: true
        default: false
        }
    }

    var isNull: Bool { if case .literal(.null) = self { true } else { false } }
}

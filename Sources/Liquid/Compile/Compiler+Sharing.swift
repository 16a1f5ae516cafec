extension Compiler {
    /// The number of a value; nil when it depends on more than fields and data.
    func shared(_ value: FilteredExpr) -> Int? {
        guard let values = options.shared else { return nil }
        var key = SharedKey(symbols: symbols, dataPaths: dataPaths)
        return key.append(value) ? values.value(key.bytes) : nil
    }

    /// The number of the decision between branches; nil when it depends on more than fields, data
    /// and answers given before.
    func shared(_ branches: [ConditionalStep.Branch]) -> Int? {
        guard let decisions = options.shared, branches.count < Int8.max else { return nil }
        var key = SharedKey(symbols: symbols, dataPaths: dataPaths)
        for branch in branches {
            key.bytes.append(0)
            if let test = branch.test, !key.append(test) { return nil }
        }
        return decisions.decision(key.bytes)
    }
}

/// What a value or a test is computed from, written so that equal ones are equal. Each `append`
/// says whether it depends on fields, data and literals alone.
private struct SharedKey {
    let symbols: [[UInt8]]
    let dataPaths: [DataPath]
    var bytes: [UInt8] = []

    mutating func append(_ value: FilteredExpr) -> Bool {
        guard append(value.expr) else { return false }
        for filter in value.filters {
            bytes += "|\(filter.filter.name)".utf8
            for argument in [filter.first, filter.second, filter.allowsFalse] {
                bytes += ",".utf8
                if let argument, !append(argument) { return false }
            }
        }
        return true
    }

    private mutating func append(_ expr: Expr) -> Bool {
        switch expr {
        case .constant(let value):
            value.inspect(to: &bytes)
            return true
        case .field(let number, let lookups):
            bytes += "field \(number)".utf8
            return append(lookups)
        case .data(let number):
            let path = dataPaths[number]
            bytes += "data ".utf8
            symbol(path.symbol)
            return append(path.lookups)
        case .fallback(let inner, let other):
            bytes += "default ".utf8
            other.inspect(to: &bytes)
            return append(inner)
        case .variable, .path, .computed, .range: return false
        }
    }

    private mutating func append(_ lookups: [Expr.Lookup]) -> Bool {
        for lookup in lookups {
            guard case .name(let name, let command) = lookup else { return false }
            bytes += (command == nil ? "." : ".:").utf8
            Value.string(name.bytes).inspect(to: &bytes)
        }
        return true
    }

    private mutating func symbol(_ number: Int) {
        Value.string(symbols[number]).inspect(to: &bytes)
    }

    mutating func append(_ test: Test) -> Bool {
        switch test {
        case .truth(let expr): return append("truth ", expr)
        case .isBlank(let expr, let isNegated): return append("blank \(isNegated) ", expr)
        case .isEmpty(let expr, let isNegated): return append("empty \(isNegated) ", expr)
        case .compare(let a, let sign, let b):
            return append("compare \(sign) ", a) && append(" with ", b)
        case .strictCompare(let a, let sign, let b):
            return append("strictly \(sign) ", a) && append(" with ", b)
        case .and(let a, let b): return append("(", a) && append(" and ", b) && end()
        case .or(let a, let b): return append("(", a) && append(" or ", b) && end()
        case .not(let inner): return append("not(", inner) && end()
        case .constant(let flag): bytes += "\(flag)".utf8
        case .segment(let name):
            bytes += "segment ".utf8
            Value(name).inspect(to: &bytes)
        case .expression(let text):
            bytes += "expression ".utf8
            Value(text).inspect(to: &bytes)
        }
        return true
    }

    private mutating func append(_ word: String, _ expr: Expr) -> Bool {
        bytes += word.utf8
        return append(expr)
    }

    private mutating func append(_ word: String, _ test: Test) -> Bool {
        bytes += word.utf8
        return append(test)
    }

    private mutating func end() -> Bool {
        bytes.append(0x29)
        return true
    }
}

internal import Diagnostics

extension Compiler {
    mutating func partial(_ node: Node.Partial) throws(Finding) -> Step {
        var body: PartialBody?
        var names: [[UInt8]] = []
        if case .literal(.string(let name)) = node.name {
            body = try self.body(name, binding: node.boundNames(name), at: node.place)
            names = [name]
        } else {
            try compileAll(at: node.place)
            names = Array(partials.keys)
        }
        let own = Dictionary(
            uniqueKeysWithValues: names.map { name in
                (name, symbol(Array(name.split(separator: 0x2F).last ?? [])))
            })
        let arguments = node.arguments.map { (symbol: symbol($0.name), value: expr($0.value)) }
        // An include binds its own name to the variable of that name, which may come with the data.
        if node.isInclude { for name in names { _ = symbol(name) } }
        return PartialStep(
            PartialStep.Head(
                body: body, name: expr(node.name), subject: node.subject.map { expr($0) },
                isInclude: node.isInclude,
                isRepeated: node.isRepeated, alias: node.alias.map { symbol($0) },
                ownSymbols: own, arguments: arguments, forloop: symbol("forloop"),
                place: place(node.place)))
    }

    /// The compiled body of a partial; one that cannot be compiled carries the reason, in mail mode
    /// the reason is thrown.
    private mutating func body(
        _ name: [UInt8], binding arguments: [String], at place: Place
    ) throws(Finding) -> PartialBody {
        let text = name.text
        if mode.isMail, chain.contains(text) {
            let cycle = (chain + [text]).joined(separator: " → ")
            throw place.finding("partial-cycle", "partials render each other: \(cycle)")
        }
        // What a partial is given hides fields, and a link's target is not escaped: in mail mode
        // each such use is compiled for itself. Plain Liquid has neither.
        var key = name
        if mode.isMail {
            let use = [escaping == .html ? "html" : "text"] + arguments.sorted()
            key += use.joined(separator: "\0").utf8
        }
        if let known = partials[key] { return known }
        let body = PartialBody(name: text)
        partials[key] = body
        guard options.tree(text) != nil || options.partial(text) != nil else {
            let message = unknownName("partial", text, among: options.partialNames)
            if mode.isMail { throw place.finding("unknown-partial", message) }
            body.fault = message
            return body
        }
        guard chain.count < 50 else {
            throw place.finding("nesting", "partials are nested too deep")
        }
        chain.append(text)
        let outer = bound
        defer {
            chain.removeLast()
            bound = outer
        }
        do {
            let template = try template(ofPartial: text)
            bound = template.boundNames.union(arguments)
            body.steps = try steps(template.nodes)
        } catch {
            if mode.isMail { throw error }
            body.fault = error.message
        }
        return body
    }

    /// The tree of a partial that exists, parsed now if it was not before.
    private func template(ofPartial name: String) throws(Finding) -> Template {
        if let tree = options.tree(name) { return tree }
        let source = options.partial(name) ?? SourceText(path: name, text: "")
        return try Template(parsing: TemplateSource(source), mode: mode)
    }

    private mutating func compileAll(at place: Place) throws(Finding) {
        guard !knowsAllPartials else { return }
        knowsAllPartials = true
        for name in options.partialNames { _ = try body(Array(name.utf8), binding: [], at: place) }
    }
}

extension Node.Partial {
    /// The names that this use binds in the partial of that name.
    fileprivate func boundNames(_ name: [UInt8]) -> [String] {
        let own = alias ?? Array(name.split(separator: 0x2F).last ?? []).text
        return arguments.map(\.name) + (subject == nil ? [] : [own, "forloop"])
    }
}

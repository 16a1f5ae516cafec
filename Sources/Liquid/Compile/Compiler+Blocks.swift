internal import Diagnostics

extension Compiler {
    mutating func conditional(_ node: Node.Conditional) throws(Finding) -> Step {
        var branches: [ConditionalStep.Branch] = []
        for (index, branch) in node.branches.enumerated() {
            var test = branch.condition.map { self.test($0) }
            if index == 0, node.isUnless { test = test.map { .not($0) } }
            branches.append(
                .init(test: test, body: try steps(branch.body), place: place(branch.place)))
        }
        return ConditionalStep(branches, shared: shared(branches))
    }

    mutating func choice(_ node: Node.Choice) throws(Finding) -> Step {
        var branches: [ChoiceStep.Branch] = []
        for branch in node.branches {
            var tests: [Test]?
            if let values = branch.values {
                tests = values.map { compare(node.subject.asSubject, .equal, $0) }
            }
            branches.append(.init(tests: tests, body: try steps(branch.body)))
        }
        return ChoiceStep(branches, place: place(node.place))
    }

    mutating func loop(_ node: Node.Loop) throws(Finding) -> Step {
        var offset: Expr?
        var goesOn = false
        switch node.offset {
        case .term(let term): offset = expr(term)
        case .goOn:
            goesOn = true
            remembersOffsets = true
        case nil: break
        }
        let head = LoopStep.Head(
            name: Array(node.name.utf8), symbol: symbol(node.variable),
            forloop: symbol("forloop"), collection: expr(node.collection),
            limit: node.limit.map { expr($0) }, offset: offset, goesOn: goesOn,
            isReversed: node.isReversed, place: place(node.place))
        return LoopStep(head, body: try steps(node.body), otherwise: try steps(node.otherwise))
    }

    mutating func table(_ node: Node.Table) throws(Finding) -> Step {
        TableStep(
            symbol: symbol(node.variable), tableLoop: symbol("tablerowloop"),
            collection: expr(node.collection), columns: node.columns.map { expr($0) },
            limit: node.limit.map { expr($0) }, offset: node.offset.map { expr($0) },
            body: try steps(node.body), place: place(node.place))
    }

    mutating func cycle(_ node: Node.Cycle) -> Step {
        let number = place(node.place)
        var key: [UInt8] = [0x3D]
        // Values that are all literal name the cycle; a variable makes it one of its own.
        for value in node.values {
            if case .constant(let literal) = expr(value) {
                literal.inspect(to: &key)
            } else {
                Numbers.append(number, to: &key)
                key.append(0x23)
            }
            key.append(0x2C)
        }
        return CycleStep(
            name: node.name.map { expr($0) }, key: key, values: node.values.map { expr($0) },
            place: number)
    }
}

extension Term {
    /// The subject of a case is a value, never the test that `blank` and `empty` are in conditions.
    fileprivate var asSubject: Term { isWord ? .literal(.string([])) : self }
}

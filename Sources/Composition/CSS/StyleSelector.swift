/// A selector that can be matched without a browser: types, classes and ids, joined by descendant
/// and child combinators.
struct StyleSelector {
    /// What is asked of one element.
    struct Compound: Equatable {
        /// In lower case; nil for any.
        var type: String?
        var classes: [String] = []
        var ids: [String] = []

        func matches(_ element: OpenElement) -> Bool {
            (type == nil || type == element.name) && ids.allSatisfy { $0 == element.id }
                && classes.allSatisfy { element.classes.contains($0) }
        }
    }

    /// A compound and whether the one before it must be its parent, not any ancestor.
    struct Step: Equatable {
        var compound: Compound
        var isChild: Bool
    }

    /// The element itself is the last.
    private(set) var steps: [Step] = []

    /// More than this stays in the style block.
    private static let stepLimit = 10

    /// CSS Selectors Level 4 §17, ids before classes before types.
    var specificity: Int {
        steps.reduce(0) { sum, step in
            sum + step.compound.ids.count << 20 + step.compound.classes.count << 10
                + (step.compound.type == nil ? 0 : 1)
        }
    }

    /// Nil for what is not simple: pseudo-classes, attributes, siblings, escapes, anything dynamic.
    init?(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        var isChild = false
        Self.dropBlanks(&rest)
        while !rest.isEmpty {
            guard steps.count < Self.stepLimit, let compound = Self.compound(&rest) else {
                return nil
            }
            steps.append(Step(compound: compound, isChild: isChild))
            Self.dropBlanks(&rest)
            isChild = rest.first == UInt8(ascii: ">")
            if isChild {
                rest = rest.dropFirst()
                Self.dropBlanks(&rest)
                if rest.isEmpty { return nil }
            }
        }
        if steps.isEmpty { return nil }
    }

    private static func compound(_ rest: inout ArraySlice<UInt8>) -> Compound? {
        var compound = Compound()
        var isEmpty = true
        while let first = rest.first {
            switch first {
            case UInt8(ascii: "*") where isEmpty: rest = rest.dropFirst()
            case UInt8(ascii: "."), UInt8(ascii: "#"):
                rest = rest.dropFirst()
                guard let name = name(&rest) else { return nil }
                if first == UInt8(ascii: ".") {
                    compound.classes.append(name)
                } else {
                    compound.ids.append(name)
                }
            case _ where isEmpty && HTMLTokenizer.isLetter(first):
                compound.type = name(&rest)?.lowercased()
            case _ where HTMLTokenizer.isBlank(first) || first == UInt8(ascii: ">"):
                return isEmpty ? nil : compound
            default: return nil
            }
            isEmpty = false
        }
        return isEmpty ? nil : compound
    }

    private static func name(_ rest: inout ArraySlice<UInt8>) -> String? {
        let name = rest.prefix { byte in
            HTMLTokenizer.isLetter(byte) || (0x30...0x39).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
                || byte >= 0x80 && byte != Fragment.hole
        }
        guard let first = name.first, !(0x30...0x39).contains(first), name.count <= 200 else {
            return nil
        }
        rest = rest[name.endIndex...]
        return String(decoding: name, as: UTF8.self)
    }

    private static func dropBlanks(_ rest: inout ArraySlice<UInt8>) {
        rest = rest.drop(while: HTMLTokenizer.isBlank)
    }

    // MARK: - Matching

    /// Whether the last element of a path is selected. Looks at each ancestor once or, for a run of
    /// child combinators, once a step: taking the nearest match of each run leaves the most room
    /// for the rest, so nothing needs to be taken back.
    func matches(_ path: ElementPath) -> Bool {
        var step = steps.count - 1
        var start = path.count - 1
        // The first run must end at the element itself, each other one above the run below it.
        while true {
            let run = runStart(endingAt: step)
            var at = start
            var isFound = false
            while at - (step - run) >= 0 {
                if matchesRun(run...step, path, endingAt: at) {
                    isFound = true
                    break
                }
                if step == steps.count - 1 { return false }
                at -= 1
            }
            guard isFound else { return false }
            if run == 0 { return true }
            start = at - (step - run) - 1
            step = run - 1
        }
    }

    /// The first step of those joined by `>` that end with this one.
    private func runStart(endingAt step: Int) -> Int {
        var start = step
        while start > 0, steps[start].isChild { start -= 1 }
        return start
    }

    private func matchesRun(
        _ run: ClosedRange<Int>, _ path: ElementPath, endingAt last: Int
    ) -> Bool {
        for step in run.reversed()
        where !steps[step].compound.matches(path[last - (run.upperBound - step)]) {
            return false
        }
        return true
    }
}

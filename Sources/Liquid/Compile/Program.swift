package import Diagnostics

/// A compiled template, ready to be rendered many times, from several threads at once.
///
/// A class, so that a render counts one reference.
package final class Program: Sendable {
    let steps: Steps
    /// The names that the template and its partials use.
    let symbols: [[UInt8]]
    let symbolNumbers: [[UInt8]: Int]
    let places: [Place]
    /// All that its steps render, by name.
    let partials: [[UInt8]: PartialBody]
    let dataPaths: [DataPath]
    /// The text that stands between outputs and tags.
    package let literals: [[UInt8]]
    /// Whether a `render`ed partial sees the data: in mail mode.
    let keepsData: Bool
    /// Whether any loop says `offset: continue`.
    let remembersOffsets: Bool
    /// The slots' names: `RenderInput.choices` follows this order.
    package let slots: [String]
    /// How many blocks tags there are.
    package let blocksCount: Int
    /// Numbers of values that a sink is told are below this.
    package var valueCount: Int { 2 * sharedValueCount }
    /// How many numbers of `SharedValues` it may use.
    let sharedValueCount: Int
    let sharedDecisionCount: Int

    /// Compiles a tree and the partials that it renders.
    ///
    /// Mail mode refuses unknown partials and partials that render themselves; plain Liquid meets
    /// them when they are rendered.
    package init(_ template: Template, options: CompileOptions = CompileOptions()) throws(Finding) {
        var compiler = Compiler(template, options)
        let steps = try compiler.steps(template.nodes)
        OutputStep.keepRepeated(compiler.outputs)
        self.steps = steps
        symbols = compiler.symbols
        symbolNumbers = compiler.symbolNumbers
        places = compiler.places
        partials = compiler.partials
        dataPaths = compiler.dataPaths
        literals = compiler.literals
        keepsData = template.mode.isMail
        remembersOffsets = compiler.remembersOffsets
        slots = compiler.slots
        blocksCount = compiler.blocksCount
        sharedValueCount = options.shared?.values.count ?? 0
        sharedDecisionCount = options.shared?.decisions.count ?? 0
    }

    /// Renders one message, appending to what `output` holds.
    package func render(_ input: RenderInput, into output: inout RenderOutput) -> RenderOutcome {
        var known = KnownValues()
        return render(input, into: &output, knowing: &known)
    }

    /// The same after another program with the same `SharedValues` was rendered with this data.
    package func render(
        _ input: RenderInput, into output: inout RenderOutput, knowing known: inout KnownValues
    ) -> RenderOutcome {
        var input = input
        return render(lent: &input, into: &output, knowing: &known)
    }

    /// The same for who renders several programs with one input: it is left as it was.
    package func render(
        lent input: inout RenderInput, into output: inout RenderOutput,
        knowing known: inout KnownValues
    ) -> RenderOutcome {
        var machine = Machine(program: self, input: &input, output: &output)
        swap(&machine.known, &known)
        machine.known.reserve(values: sharedValueCount, decisions: sharedDecisionCount)
        let outcome = run(&machine)
        swap(&machine.known, &known)
        machine.exchange(&input, &output)
        return outcome
    }

    private func run(_ machine: inout Machine) -> RenderOutcome {
        do {
            try machine.run(steps)
            try machine.checkOutput()
            machine.flush()
            return .done
        } catch {
            switch error {
            case .abort(let reason): return .aborted(reason: reason)
            case .fault(let code, let message):
                return .failed(places[machine.place].finding(code, message))
            }
        }
    }
}

package import Core

/// What a render reads: data, choices made before, time and place.
package struct RenderInput {
    /// Answers for the first name of a path that nothing in the template assigns.
    package var data: any DataSource
    /// By the numbers that `CompileOptions.field` gave.
    package var fields: [Field] = []
    /// For each name in `Program.slots` the index of the chosen alternative; -1: none.
    package var choices: [Int] = []
    /// For each blocks tag, in order, the indices of the blocks to show, best first, limit applied.
    package var blocks: [[Int]] = []
    package var inSegment: (String) -> Bool = { _ in false }
    /// The answers to `Condition.expression`, by its text; nil where evaluating it failed.
    package var holds: (String) -> Bool? = { _ in nil }
    package var now: Instant
    package var zone: Zone = .utc
    package var language: Language = .english
    /// Stands before each link's number.
    package var linkPrefix: [UInt8] = []
    /// Personal links are numbered from here on, plus one.
    package var linkCount = 0
    /// What is written goes here; nil: into the output's bytes.
    package var sink: (any RenderSink)?
    package var limits = RenderLimits()

    package init(data: any DataSource, now: Instant) {
        self.data = data
        self.now = now
    }

    /// A field as it is given: a text that is only printed is never copied into a value.
    package enum Field: Sendable {
        case text(String)
        case value(Value)
    }

    func value(ofField number: Int) -> Value {
        guard fields.indices.contains(number) else { return .null }
        switch fields[number] {
        case .text(let text): return Value(text)
        case .value(let value): return value
        }
    }

    /// Nil for one that is no text, or empty.
    func text(ofField number: Int) -> String? {
        guard fields.indices.contains(number), case .text(let text) = fields[number], !text.isEmpty
        else { return nil }
        return text
    }
}

/// Gives a render its values by name.
package protocol DataSource {
    /// The value of the first name of a path; nil when there is none. Asked once a render.
    func value(named name: [UInt8]) -> Value?
    /// A member of such a value, where it can be had without the whole; nil: look into the whole.
    func member(_ member: [UInt8], of name: [UInt8]) -> Value?
}

extension DataSource {
    package func member(_ member: [UInt8], of name: [UInt8]) -> Value? { nil }
}

extension Members: DataSource {
    package func value(named name: [UInt8]) -> Value? { self[name] }
}

package import Core

/// What a render reads: data, choices made before, time and place.
package struct RenderInput {
    /// Answers for the first name of a path that nothing in the template assigns.
    package var data: any DataSource
    /// By the numbers that `CompileOptions.field` gave.
    package var fields: [Value] = []
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
    /// Text of the template, shared values and links are listed instead of copied, for those who
    /// have them ready in another form.
    package var listsPieces = false
    package var limits = RenderLimits()

    package init(data: any DataSource, now: Instant) {
        self.data = data
        self.now = now
    }
}

/// Gives a render its values by name.
package protocol DataSource {
    /// The value of the first name of a path; nil when there is none. Asked once a render.
    func value(named name: [UInt8]) -> Value?
}

extension Members: DataSource {
    package func value(named name: [UInt8]) -> Value? { self[name] }
}

/// What one render may use; over it the render is refused, never cut.
package struct RenderLimits: Sendable {
    /// Passes of all loops together, and the items of any list.
    package var loopSteps = 1_000_000
    /// Of the output, and of any text on the way.
    package var outputBytes = 16 << 20
    /// Partials inside partials.
    package var partialDepth = 50

    package init() {}
}

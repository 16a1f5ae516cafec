/// Where a render writes: keep one and use it again, its memory stays.
package struct RenderOutput {
    package var bytes: [UInt8] = []
    /// Links whose target depends on the recipient: their numbers and targets, in order.
    package var personalTargets: [(number: Int, target: [UInt8])] = []

    package init() {}

    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        personalTargets.removeAll(keepingCapacity: true)
    }
}

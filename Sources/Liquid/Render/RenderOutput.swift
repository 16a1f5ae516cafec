/// Where a render writes: keep one and use it again, its memory stays.
package struct RenderOutput {
    package var bytes: [UInt8] = []
    /// Links whose target depends on the recipient: their numbers and targets, in order.
    package var personalTargets: [(number: Int, target: [UInt8])] = []
    /// Where text of the template stands that is left out of `bytes`, because the input says
    /// `listsLiterals`: its number in `Program.literals`, and the place in `bytes` before which
    /// it belongs. In order.
    package var literals: [(number: Int, place: Int)] = []

    package init() {}

    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        personalTargets.removeAll(keepingCapacity: true)
        literals.removeAll(keepingCapacity: true)
    }
}

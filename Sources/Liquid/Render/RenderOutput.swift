/// Where a render writes: keep one and use it again, its memory stays.
package struct RenderOutput {
    /// Nothing where the input has a sink.
    package var bytes: [UInt8] = []
    /// Of links whose target depends on the recipient, numbered from `RenderInput.linkCount` on.
    package var personalTargets = Targets()
    var memory = MachineMemory()

    package init() {}

    /// Hands over what was written; the memory of rendering stays.
    package mutating func take() -> RenderOutput {
        var taken = RenderOutput()
        swap(&taken.bytes, &bytes)
        swap(&taken.personalTargets, &personalTargets)
        return taken
    }

    /// Texts, one after another in one array.
    package struct Targets {
        var bytes: [UInt8] = []
        var ends: [Int] = []

        package var count: Int { ends.count }

        package subscript(index: Int) -> ArraySlice<UInt8> {
            bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
        }

        mutating func removeAll() {
            bytes.removeAll(keepingCapacity: true)
            ends.removeAll(keepingCapacity: true)
        }
    }

    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        personalTargets.removeAll()
    }
}

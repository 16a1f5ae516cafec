/// What `forloop` and `tablerowloop` show of a running loop.
///
/// Unchecked Sendable: it is made by one render, changed by it alone and dies with it; it travels
/// in `Value`, which is Sendable for the sake of templates and profiles.
package final class LoopState: @unchecked Sendable {
    let name: [UInt8]
    let length: Int
    let parent: LoopState?
    /// Nil for `forloop`.
    let columns: Int?
    var index = 0
    var column = 1
    var row = 1

    init(name: [UInt8], length: Int, parent: LoopState?, columns: Int? = nil) {
        self.name = name
        self.length = length
        self.parent = parent
        self.columns = columns
    }

    func advance() {
        index += 1
        guard let columns else { return }
        if column == columns {
            column = 1
            row += 1
        } else {
            column += 1
        }
    }
}

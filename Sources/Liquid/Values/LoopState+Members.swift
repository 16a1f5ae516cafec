extension LoopState {
    /// What templates ask of `forloop` and `tablerowloop`.
    enum Member: String, Sendable {
        case index, index0, rindex, rindex0, first, last, length, name, parentloop
        case col, col0, row
        case colFirst = "col_first"
        case colLast = "col_last"
    }

    /// Nil for what this kind of loop does not have.
    subscript(member: Member) -> Value? {
        switch member {
        case .index: .int(index + 1)
        case .index0: .int(index)
        case .rindex: .int(length - index)
        case .rindex0: .int(length - index - 1)
        case .first: .bool(index == 0)
        case .last: .bool(index == length - 1)
        case .length: .int(length)
        case .name: columns == nil ? .string(name) : nil
        case .parentloop: columns == nil ? parent.map { .loop($0) } ?? .null : nil
        case .col: columns.map { _ in .int(column) }
        case .col0: columns.map { _ in .int(column - 1) }
        case .colFirst: columns.map { _ in .bool(column == 1) }
        case .colLast: columns.map { .bool(column == $0) }
        case .row: columns.map { _ in .int(row) }
        }
    }
}

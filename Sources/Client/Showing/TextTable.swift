/// Rows in aligned columns under their titles. Cells must be safe (`Shown.safe`).
struct TextTable {
    var titles: [String]
    var rows: [[String]] = []

    init(_ titles: String...) {
        self.titles = titles
    }

    mutating func add(_ cells: String...) {
        rows.append(cells)
    }

    /// The lines; `empty` alone when there are no rows. Columns of figures are flush right.
    func lines(empty: String) -> [String] {
        guard !rows.isEmpty else { return [empty] }
        let all = [titles] + rows
        let widths = titles.indices.map { column in
            all.map { Shown.width($0[column]) }.max() ?? 0
        }
        let isFigures = titles.indices.map { column in
            rows.allSatisfy { row in
                row[column].utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
            }
        }
        return all.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let space = String(repeating: " ", count: widths[column] - Shown.width(cell))
                line += isFigures[column] ? space + cell : cell + space
                line += "  "
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    /// `name: value` lines with aligned values, those without a value left out.
    static func pairs(_ pairs: [(String, String)]) -> [String] {
        let shown = pairs.filter { !$0.1.isEmpty }
        let width = shown.map { Shown.width($0.0) }.max() ?? 0
        return shown.map { name, value in
            name + ":" + String(repeating: " ", count: width - Shown.width(name) + 1) + value
        }
    }
}

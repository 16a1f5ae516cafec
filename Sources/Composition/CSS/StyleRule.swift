import Liquid

/// A rule of a style sheet that can be inlined.
struct StyleRule {
    struct Declaration {
        /// In lower case.
        var property: String
        /// Text as it stands in the sheet, and outputs.
        var value: [Node]
        var isImportant: Bool
    }

    var selectors: [StyleSelector]
    var declarations: [Declaration]
}

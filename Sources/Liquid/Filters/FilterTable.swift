internal import Diagnostics

/// All filters by name.
enum FilterTable {
    static let all: [String: Filter] = {
        let filters =
            TextFilters.all + EditFilters.all + EncodingFilters.all + ListFilters.all
            + SelectFilters.all + MathFilters.all + ValueFilters.all
        return Dictionary(uniqueKeysWithValues: filters.map { ($0.name, $0) })
    }()

    static let arithmetic = Set(MathFilters.all.map(\.name))

    /// Mail mode only: the output is not escaped. Resolved by the compiler.
    static let raw = "raw"

    static func names(in mode: Template.Mode) -> [String] {
        all.keys.sorted() + (mode.isMail ? [raw] : [])
    }

    /// Refuses unknown filters and wrong numbers of arguments. Lax mode drops unknown filters,
    /// as the original does.
    static func check(_ value: inout FilteredTerm, in mode: Template.Mode) throws(Finding) {
        for (index, call) in value.filters.enumerated() {
            if mode.isMail, call.name == raw {
                guard index == value.filters.count - 1, call.arguments.isEmpty, call.named.isEmpty
                else {
                    throw call.place.finding(
                        "misplaced-raw", "raw is the last filter and takes no arguments")
                }
                continue
            }
            guard let filter = all[call.name] else {
                if mode == .lax { continue }
                throw call.place.finding(
                    "unknown-filter", unknownName("filter", call.name, among: names(in: mode)))
            }
            try check(call, filter, mode)
        }
        if mode == .lax { value.filters.removeAll { all[$0.name] == nil } }
    }

    private static func check(
        _ call: FilterCall, _ filter: Filter, _ mode: Template.Mode
    ) throws(Finding) {
        let count = call.arguments.count
        if filter.name == "default" {
            if mode.isMail, let other = call.named.first(where: { $0.name != "allow_false" }) {
                throw call.place.finding(
                    "filter-arguments",
                    unknownName("argument", other.name, among: ["allow_false"]))
            }
            let most = call.named.isEmpty ? 2 : 1
            guard count <= (mode.isMail ? 1 : most), !mode.isMail || count == 1 else {
                throw wrongCount(call, 1...1, count)
            }
            return
        }
        if let named = call.named.first {
            throw call.place.finding(
                "filter-arguments",
                "the filter \"\(call.name)\" knows no argument named \"\(named.name)\"")
        }
        guard filter.arguments.contains(count) else {
            throw wrongCount(call, filter.arguments, count)
        }
    }

    private static func wrongCount(
        _ call: FilterCall, _ wanted: ClosedRange<Int>, _ count: Int
    ) -> Finding {
        let takes =
            wanted.upperBound == 0
            ? "no arguments"
            : wanted.count == 1
                ? "\(wanted.lowerBound) argument\(wanted.lowerBound == 1 ? "" : "s")"
                : "\(wanted.lowerBound) to \(wanted.upperBound) arguments"
        return call.place.finding(
            "filter-arguments", "the filter \"\(call.name)\" takes \(takes), not \(count)")
    }
}

/// The candidate most like `name`, for "did you mean": at most a third of its letters differ
/// (Damerau-Levenshtein, adjacent swaps count once). Nil when none is near.
package func nearestName(to name: String, among candidates: some Sequence<String>) -> String? {
    let wanted = Array(name.lowercased().unicodeScalars.prefix(80))
    let limit = max(1, wanted.count / 3)
    var best: (name: String, distance: Int)?
    for candidate in candidates {
        let letters = Array(candidate.lowercased().unicodeScalars.prefix(80))
        guard abs(letters.count - wanted.count) <= limit else { continue }
        let found = distance(wanted, letters)
        if found <= limit, found < best?.distance ?? .max { best = (candidate, found) }
    }
    return best?.name
}

/// `unknown key "tpoic"; did you mean "topic"?`, or without the question when nothing is near.
package func unknownName(
    _ kind: String, _ name: String, among candidates: some Sequence<String>
) -> String {
    let hint = nearestName(to: name, among: candidates).map { "; did you mean \"\($0)\"?" } ?? ""
    return "unknown \(kind) \"\(name)\"\(hint)"
}

private func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in a.indices {
        var row = [i + 1]
        for j in b.indices {
            var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                cost = min(cost, beforeLast[j - 1] + 1)
            }
            row.append(cost)
        }
        beforeLast = last
        last = row
    }
    return last[b.count]
}

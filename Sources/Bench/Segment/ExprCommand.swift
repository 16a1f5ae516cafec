internal import Core
internal import Expression
internal import JSON

/// `expr`: one condition with a person a line, answered by both evaluators: `{id, memory, sql}`,
/// or `{id, error, column}`, with a column when the condition is refused as it is read.
@Sendable
func runExprCommand(_ arguments: [String]) -> Int32 {
    guard arguments.isEmpty else { return Command.misused("expr") }
    do {
        let store = try ExprStore()
        while let line = Terminal.readLineBytes() {
            if line.isEmpty { continue }
            guard let json = try? JSON(parsing: line), case .object = json else {
                Terminal.complain("maild-bench expr: a line is no JSON object\n")
                return 2
            }
            let answer = JSON.Object([("id", json["id"] ?? .null)] + exprAnswer(to: json, store))
            Terminal.write(JSON.object(answer).bytes + [0x0A])
        }
        return 0
    } catch {
        Terminal.complain("maild-bench expr: \(error)\n")
        return 2
    }
}

/// The members of an answer besides the id.
func exprAnswer(to json: JSON, _ store: ExprStore) -> [(String, JSON)] {
    func failed(_ reason: String, _ column: Int? = nil) -> [(String, JSON)] {
        [("error", .string(reason)), ("column", column.map { .integer(Int64($0)) } ?? .null)]
    }
    let request: ExprRequest
    do throws(ExprRequest.Invalid) {
        request = try ExprRequest(json)
    } catch {
        return failed(error.reason)
    }
    let condition: Expression
    let segments: [String: Expression]
    do throws(ExpressionError) {
        (condition, segments) = try request.read()
    } catch {
        return failed(error.message, error.column(in: request.text))
    }
    var failure: String?
    var memory: Bool?
    do throws(ExpressionError) {
        memory = try Evaluator(request.person, now: request.now, segments: segments)
            .holds(condition)
    } catch {
        failure = error.message
    }
    var sql: Bool?
    do {
        sql = try store.holds(condition, segments: segments, for: request)
        if sql == nil, failure == nil { failure = "SQL alone cannot calculate it" }
    } catch {
        failure = failure ?? "\(error)"
    }
    if let memory, let sql { return [("memory", .bool(memory)), ("sql", .bool(sql))] }
    guard memory == nil, sql == nil else {
        // The two disagree, which is a defect: both are shown.
        return [
            ("memory", memory.map(JSON.bool) ?? .null), ("sql", sql.map(JSON.bool) ?? .null),
        ] + failed(failure ?? "")
    }
    return failed(failure ?? "")
}

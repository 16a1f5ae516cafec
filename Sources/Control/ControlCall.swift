import Core
import Diagnostics
import HTTP
import JSON
import Sockets

/// One request for one operation: parts of the path, options, body.
struct ControlCall: Sendable {
    /// What `limit` may be at most.
    static let listLimit = 10_000

    let route: ControlRoute
    let parameters: [String: String]
    /// The JSON object of the body; empty when there is none.
    let object: JSON.Object
    /// Of an upload.
    let body: RequestBody?
    private let query: FormFields

    init(_ request: HTTPRequest, body: RequestBody?) throws(ControlError) {
        (route, parameters) = try ControlRoute.find(request)
        self.body = body
        do throws(FormFields.Invalid) {
            query = try request.queryFields()
        } catch {
            throw ControlError(400, "the query has too many parameters")
        }
        for field in query.fields where !route.options.contains(field.name) {
            throw ControlError(400, unknownName("option", field.name, among: route.options))
        }
        object = try Self.object(request.body)
        // A profile's members are its fields.
        for member in object.members where route.method != .patch {
            guard !route.options.contains(member.name) else { continue }
            throw ControlError(400, unknownName("option", member.name, among: route.options))
        }
    }

    private static func object(_ body: [UInt8]) throws(ControlError) -> JSON.Object {
        guard !body.isEmpty else { return JSON.Object() }
        let value: JSON
        do throws(JSON.SyntaxError) {
            value = try JSON(parsing: body)
        } catch {
            throw ControlError(400, "the body is not JSON: \(error)")
        }
        guard let object = value.object else {
            throw ControlError(400, "the body is JSON, but not an object")
        }
        return object
    }

    /// An option of the query or of the body's object, as text.
    func option(_ name: String) -> String? {
        if let text = query[name] { return text }
        switch object[name] {
        case .string(let text): return text
        case .bool(let flag): return flag ? "true" : "false"
        case .integer(let n): return String(n)
        default: return nil
        }
    }

    /// All values of an option of the query, in order.
    func options(_ name: String) -> [String] {
        query.fields.filter { $0.name == name }.map(\.value)
    }

    func flag(_ name: String) throws(ControlError) -> Bool {
        switch option(name) {
        case nil, "false", "0": return false
        case "true", "1", "": return true
        default: throw ControlError(400, "\(name) is true or false")
        }
    }

    func number(_ name: String, standard: Int64, upTo limit: Int64) throws(ControlError) -> Int64 {
        guard let text = option(name) else { return standard }
        guard let number = Int64(text), (0...limit).contains(number) else {
            throw ControlError(400, "\(name) is a number from 0 to \(limit)")
        }
        return number
    }

    func limit(standard: Int64) throws(ControlError) -> Int {
        Int(try number("limit", standard: standard, upTo: Int64(Self.listLimit)))
    }

    /// The name in the path.
    var name: String { parameters["name"] ?? "" }
}

internal import JSON
package import Pacing

/// What an operator says of a destination; holds until the next order, over restarts too.
package enum DestinationOrder: Hashable, Sendable {
    case slow(Rate)
    case rest
    /// Takes back the other two and forgets what was learnt.
    case resume

    /// Orders as they are kept: `{"gmail.com": "100/min", "outlook.com": "rest"}`.
    static func text(_ orders: [String: DestinationOrder]) -> String {
        let members: [(String, JSON)] = orders.sorted { $0.key < $1.key }.compactMap {
            name, order in
            switch order {
            case .slow(let rate): (name, .string(rate.description))
            case .rest: (name, .string("rest"))
            case .resume: nil
            }
        }
        return String(decoding: JSON.object(JSON.Object(members)).bytes, as: UTF8.self)
    }

    /// Reads what `text` wrote; what it does not understand is left out.
    static func all(_ text: String) -> [String: DestinationOrder] {
        var orders: [String: DestinationOrder] = [:]
        for (name, order) in (try? JSON(parsing: text.utf8))?.object?.members ?? [] {
            if order.string == "rest" {
                orders[name] = .rest
            } else if let rate = order.string.flatMap({ Rate($0) }) {
                orders[name] = .slow(rate)
            }
        }
        return orders
    }
}

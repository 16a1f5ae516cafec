import Diagnostics
import Liquid

/// A place as a key.
struct Spot: Hashable {
    let path: String
    let offset: Int

    init(_ place: Place) {
        path = place.source.text.path
        offset = place.offset
    }
}

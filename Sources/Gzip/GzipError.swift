/// Why packed octets cannot be unpacked.
package enum GzipError: Error, Hashable, Sendable {
    /// There is no libz.so.1, or it lacks a function.
    case library
    /// The octets are damaged, or not packed by gzip.
    case damaged
    /// The file ends in the middle.
    case truncated
}

extension GzipError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .library: "this system has no libz.so.1: unpack the file first, with gunzip"
        case .damaged: "the file is damaged: gunzip -t says so too"
        case .truncated: "the packed file ends in the middle"
        }
    }
}

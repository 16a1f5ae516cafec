internal import Glibc

/// The three functions of zlib that unpacking takes, found by `dlopen`: libcurl has the library
/// loaded already, and no header or development package is needed. Signatures from `zlib.h`.
struct ZLib: Sendable {
    typealias Stream = UnsafeMutableRawPointer

    let begin: @convention(c) (Stream, Int32, UnsafePointer<CChar>, Int32) -> Int32
    let unpack: @convention(c) (Stream, Int32) -> Int32
    let again: @convention(c) (Stream) -> Int32
    let end: @convention(c) (Stream) -> Int32

    /// The library, loaded once for the life of the process.
    static let shared = Result { () throws(GzipError) in try ZLib() }

    private init() throws(GzipError) {
        guard let handle = dlopen("libz.so.1", RTLD_NOW | RTLD_LOCAL) else { throw .library }
        func symbol<F>(_ name: String, _: F.Type) throws(GzipError) -> F {
            guard let address = dlsym(handle, name) else { throw .library }
            return unsafeBitCast(address, to: F.self)
        }
        begin = try symbol("inflateInit2_", type(of: begin))
        unpack = try symbol("inflate", type(of: unpack))
        again = try symbol("inflateReset", type(of: again))
        end = try symbol("inflateEnd", type(of: end))
    }
}

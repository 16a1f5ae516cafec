import Glibc

/// A library that is loaded while the process runs, and its functions by name.
struct SharedLibrary {
    private let handle: UnsafeMutableRawPointer

    /// OpenSSL 3's libcrypto; libcurl has it loaded already.
    static func libcrypto() throws(SealError) -> SharedLibrary {
        guard let handle = dlopen("libcrypto.so.3", RTLD_NOW | RTLD_LOCAL) else {
            throw .library("libcrypto.so.3")
        }
        return SharedLibrary(handle: handle)
    }

    /// The caller names the function's C type.
    func symbol<F>(_ name: String, _: F.Type) throws(SealError) -> F {
        guard let address = dlsym(handle, name) else { throw .library(name) }
        return unsafeBitCast(address, to: F.self)
    }
}

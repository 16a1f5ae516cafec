internal import CSQLite

/// A file of SQLite's with methods of ours, in the memory that SQLite allocates for it: the methods,
/// an object, and behind them the real file.
struct WrappedFile<Held: AnyObject> {
    private let file: UnsafeMutablePointer<sqlite3_file>

    private static var heldOffset: Int { MemoryLayout<sqlite3_file>.stride }
    private static var realOffset: Int { heldOffset + MemoryLayout<UnsafeRawPointer>.stride }
    /// What SQLite must allocate before the real file.
    static var overhead: Int { realOffset }

    init(_ file: UnsafeMutablePointer<sqlite3_file>) { self.file = file }

    var real: UnsafeMutablePointer<sqlite3_file> {
        (UnsafeMutableRawPointer(file) + Self.realOffset).assumingMemoryBound(
            to: sqlite3_file.self)
    }

    /// Of the real file.
    var call: sqlite3_io_methods { real.pointee.pMethods.pointee }

    var held: Held { Unmanaged<Held>.fromOpaque(slot.pointee).takeUnretainedValue() }

    private var slot: UnsafeMutablePointer<UnsafeMutableRawPointer> {
        (UnsafeMutableRawPointer(file) + Self.heldOffset).assumingMemoryBound(
            to: UnsafeMutableRawPointer.self)
    }

    /// Takes over the calls; the real file has been opened.
    func begin(_ methods: UnsafePointer<sqlite3_io_methods>, holding held: Held) {
        slot.initialize(to: Unmanaged.passRetained(held).toOpaque())
        file.pointee.pMethods = methods
    }

    /// Closes the real file and lets go of the object.
    func close() -> Int32 {
        defer { Unmanaged<Held>.fromOpaque(slot.pointee).release() }
        return call.xClose(real)
    }
}

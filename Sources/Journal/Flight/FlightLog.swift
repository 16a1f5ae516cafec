import Core
import Glibc
import Synchronization

/// A shared memory file that says, after a kill -9, how far each message in flight had come.
///
/// It lies on tmpfs (the RuntimeDirectory, preserved over restarts). Stores into a shared
/// mapping belong to the kernel at once, so the last one survives the process; the phase is
/// stored last, with release order, so what it speaks of is there. Nothing here survives a power
/// cut: then all open places are in doubt.
///
/// Layout: 256 bytes of header (`FlightFile`), then 256 bytes a place. Each place belongs to one
/// thread at a time.
package final class FlightLog: @unchecked Sendable {  // One thread a place, by contract.
    package let places: Int
    private let memory: UnsafeMutableRawPointer

    /// Makes a fresh log in place of the one at `path`, which the caller has recovered from and
    /// whose results it has committed.
    ///
    /// `places` is 1 to 65,536; `boot` is the kernel's boot id (`FlightLog.currentBoot`).
    package init(path: String, places: Int, boot: String) throws(JournalError) {
        precondition((1...65_536).contains(places))
        let fresh = path + ".new"
        unlink(fresh)
        let file = try File(fresh, O_RDWR | O_CREAT | O_EXCL)
        let size = FlightFile.size(places: places)
        try file.allocate(Int64(size))
        guard
            let memory = mmap(
                nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, file.descriptor, 0),
            memory != MAP_FAILED
        else { throw .system(path: fresh, call: "mmap", errno: errno) }
        self.places = places
        self.memory = memory
        FlightFile.writeHeader(to: memory, places: places, boot: boot)
        guard rename(fresh, path) == 0 else {
            throw .system(path: path, call: "rename", errno: errno)
        }
    }

    deinit { munmap(memory, FlightFile.size(places: places)) }

    /// The boot id of the running kernel, or a text equal to no other when it is hidden.
    package static var currentBoot: String {
        guard let file = try? File("/proc/sys/kernel/random/boot_id", O_RDONLY),
            let bytes = try? file.read(at: 0, count: 36), bytes.count == 36
        else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A message took a place; its intent is committed.
    package func begin(place: Int, delivery: Int64, attempt: Int) {
        let entry = entry(place)
        FlightFile.setPhase(.free, of: entry)
        entry.storeBytes(of: delivery, toByteOffset: FlightFile.delivery, as: Int64.self)
        entry.storeBytes(
            of: UInt32(clamping: attempt), toByteOffset: FlightFile.attempt, as: UInt32.self)
        FlightFile.setPhase(.undotted, of: entry)
    }

    /// Call it before the bytes of the final dot are handed over.
    package func dotted(place: Int) {
        FlightFile.setPhase(.dotted, of: entry(place))
    }

    /// The reply that decides was read. Call it before anything else is done with the reply.
    package func replied(place: Int, _ reply: SMTPReply) {
        let entry = entry(place)
        FlightFile.writeReply(reply, to: entry)
        FlightFile.setPhase(.replied, of: entry)
    }

    /// The result is committed: the place may be used again.
    package func release(place: Int) {
        FlightFile.setPhase(.free, of: entry(place))
    }

    private func entry(_ place: Int) -> UnsafeMutableRawPointer {
        precondition((0..<places).contains(place), "no such place in the flight log")
        return memory + FlightFile.entrySize * (place + 1)
    }
}

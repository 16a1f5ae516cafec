import Core
import Glibc

/// What a daemon finds when it starts.
extension FlightLog {
    package enum Recovery: Equatable, Sendable {
        /// There is no log of this boot: every delivery in `sending` is in doubt.
        case gone(reason: String)
        /// The places that were not free, by place.
        case found([FlightEntry])

        /// What it says of a delivery: nil where the log is there and does not know it, which
        /// means that its message never took a place.
        package func entry(of delivery: Int64) -> FlightEntry? {
            guard case .found(let entries) = self else { return nil }
            return entries.filter { $0.delivery == delivery }.max { $0.attempt < $1.attempt }
        }
    }

    /// Reads the log that an earlier process left. Anything that is not wholly as this version
    /// writes it, in this boot, is `gone`: a doubt too many is better than a wrong certainty.
    package static func recover(path: String, boot: String) -> Recovery {
        let bytes: [UInt8]
        do throws(JournalError) {
            let file = try File(path, O_RDONLY)
            let size = try file.size()
            guard size <= FlightFile.size(places: 65_536) else {
                return .gone(reason: "it is too long")
            }
            bytes = try file.read(at: 0, count: Int(size))
        } catch {
            if case .system(_, "open", ENOENT) = error { return .gone(reason: "there is none") }
            return .gone(reason: "\(error)")
        }
        guard bytes.count >= FlightFile.entrySize else { return .gone(reason: "it is too short") }
        return bytes.withUnsafeBytes { read($0, boot: boot) }
    }

    private static func read(_ bytes: UnsafeRawBufferPointer, boot: String) -> Recovery {
        guard bytes.load(as: UInt64.self) == FlightFile.magic else {
            return .gone(reason: "it was not finished")
        }
        let version = bytes.load(fromByteOffset: FlightFile.versionOffset, as: UInt32.self)
        guard version == FlightFile.version else {
            return .gone(reason: "it is of version \(version)")
        }
        let start = FlightFile.bootOffset
        let written = bytes[start..<start + FlightFile.bootLength].prefix { $0 != 0 }
        guard !boot.isEmpty, written.elementsEqual(boot.utf8.prefix(FlightFile.bootLength)) else {
            return .gone(reason: "it is of another boot")
        }
        let places = Int(bytes.load(fromByteOffset: FlightFile.placesOffset, as: UInt32.self))
        guard places <= 65_536, bytes.count == FlightFile.size(places: places) else {
            return .gone(reason: "its size is wrong")
        }
        return .found(
            (0..<places).compactMap { place in
                let start = FlightFile.entrySize * (place + 1)
                return FlightFile.entry(
                    place,
                    in: UnsafeRawBufferPointer(
                        rebasing: bytes[start..<start + FlightFile.entrySize]))
            })
    }
}

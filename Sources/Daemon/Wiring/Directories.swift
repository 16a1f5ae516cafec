internal import Configuration
internal import Glibc

/// The daemon's directories, made when missing where that is its own business.
enum Directories {
    /// systemd makes state and runtime directory; by hand, or in a demo, we do. The parents must
    /// exist. Nobody but the daemon reads the journal.
    static func prepare(_ configuration: Configuration) throws {
        try make(configuration.stateDirectory, mode: 0o751)
        try make(configuration.stateDirectory + "/journal", mode: 0o700)
        try make(configuration.runtimeDirectory, mode: 0o750)
        try make(configuration.templates, mode: 0o2775)
        try make(configuration.previews, mode: 0o2750)
    }

    private static func make(_ path: String, mode: mode_t) throws {
        if mkdir(path, mode) == 0 || errno == EEXIST { return }
        throw StartFailure("cannot make \(path): \(String(cString: strerror(errno)))")
    }
}

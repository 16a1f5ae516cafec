internal import Glibc

extension Terminal {
    /// Megabytes of memory that this process has held at most.
    static var residentMegabytes: Double {
        var usage = rusage()
        getrusage(RUSAGE_SELF.rawValue, &usage)
        return Double(usage.ru_maxrss) / 1024
    }
}

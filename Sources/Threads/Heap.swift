internal import CHeap

/// The process's heap, which is glibc's.
package enum Heap {
    /// Octets that may lie free at the end of a thread's part of the heap, and the size from which
    /// on memory is asked of the kernel and given back by itself: what glibc begins with.
    private static let threshold: Int32 = 128 << 10

    /// Keeps both thresholds as they are. glibc raises them after each large piece that is freed, to
    /// 32 MiB and 64 MiB, and then every thread keeps what its largest work once took. To be called
    /// before there are threads.
    package static func keepSmall() {
        _ = mallopt(maild_trim_threshold, threshold)
        _ = mallopt(maild_mmap_threshold, threshold)
    }
}

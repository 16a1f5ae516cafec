/// How long the write-ahead log of a connection is.
struct LogState {
    /// After the last commit.
    private(set) var pages = 0
    /// How many of them the last checkpoint has seen.
    private var seen = 0
    /// Commits that wrote anything.
    private(set) var commits = 0

    /// Pages that no checkpoint has seen.
    var newPages: Int { pages - seen }

    /// A commit left so many pages. When they are fewer than before, the log was begun anew; a
    /// transaction longer than the whole log before it is not told apart, and its checkpoint is late.
    mutating func note(pages: Int) {
        if pages < self.pages { seen = 0 }
        self.pages = pages
        commits += 1
    }

    mutating func noteCheckpoint() { seen = pages }
}

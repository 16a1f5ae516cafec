/// When the disk must have what a job writes.
package enum Durability: Sendable {
    /// Before its caller is told.
    case atOnce
    /// With the next job that is `atOnce`, or by `Store.makeDurable`. kill -9 takes nothing of it, a
    /// power cut may, and then all that was committed later as well: so it is for what is found and
    /// done again, with a mark of how far it came in the same job.
    case later
}

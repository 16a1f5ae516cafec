internal import Core

/// By how much the numbers of deliveries change in a job, by mailing and state.
///
/// A list, since a job nearly always touches one mailing and two states, and adds to them once a
/// message.
struct DeliveryCounts {
    private(set) var all: [(mailing: Int64, state: DeliveryState, n: Int)] = []

    mutating func add(_ mailing: Int64, _ state: DeliveryState, _ n: Int) {
        guard n != 0 else { return }
        for index in all.indices where all[index].mailing == mailing && all[index].state == state {
            all[index].n += n
            return
        }
        all.append((mailing, state, n))
    }
}

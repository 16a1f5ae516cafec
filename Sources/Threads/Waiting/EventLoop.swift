internal import CEvents
internal import Glibc

/// Someone who wants to hear about a descriptor. Called on the loop's thread only.
package protocol EventHandler: AnyObject {
    func ready(_ events: EventLoop.Events)
}

/// One thread that waits on many descriptors (epoll, level-triggered) and runs what others post.
///
/// `poll` over 10,000 descriptors costs 2 ms a call; this costs by the event.
///
/// @unchecked: everything but `posted` and `wakeup` is touched by the loop's thread only, or before
/// it starts.
package final class EventLoop: @unchecked Sendable {
    package struct Events: OptionSet, Sendable {
        package let rawValue: UInt32

        package init(rawValue: UInt32) { self.rawValue = rawValue }

        package static let read = Self(rawValue: EPOLLIN.rawValue)
        package static let write = Self(rawValue: EPOLLOUT.rawValue)
        /// The connection is gone in both directions, or broken.
        package static let gone = Self(rawValue: EPOLLHUP.rawValue | EPOLLERR.rawValue)
    }

    package typealias Work = @Sendable () -> Void

    private struct Registration {
        /// Tells a descriptor from an earlier one with the same number.
        var generation: UInt32
        var handler: any EventHandler
    }

    private let epoll: Descriptor
    private let wakeup: Wakeup
    private let posted = Monitor((work: [Work](), asleep: false, isOver: false))
    private var registrations: [Int32: Registration] = [:]
    private var generation: UInt32 = 0
    private var isRunning = true

    package init() throws(SystemError) {
        epoll = try Descriptor(epoll_create1(Int32(EPOLL_CLOEXEC)), "make an event loop")
        wakeup = try Wakeup()
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data(u64: .max))
        guard epoll_ctl(epoll.number, EPOLL_CTL_ADD, wakeup.descriptor, &event) == 0 else {
            throw .last("watch an event descriptor")
        }
    }

    /// Runs `work` on the loop's thread, soon and in order. May be called from any thread. False,
    /// and nothing happens, when the loop has ended.
    @discardableResult
    package func post(_ work: @escaping Work) -> Bool {
        let (isTaken, wasAsleep) = posted.withLock { state in
            guard !state.isOver else { return (false, false) }
            state.work.append(work)
            defer { state.asleep = false }
            return (true, state.asleep)
        }
        // Only who finds the loop asleep pays for a system call.
        if wasAsleep { wakeup.signal() }
        return isTaken
    }

    /// Runs until `stop`. Before each wait `round` does what is due, and says when it wants to be
    /// called again at the latest.
    package func run(round: () -> MonotonicTime) {
        var events = [epoll_event](repeating: epoll_event(), count: 256)
        while true {
            runPosted()
            guard isRunning else { break }
            let next = round()
            guard isRunning else { break }
            // Nobody can post unseen between this and the wait: from here on posting signals.
            let idle = posted.withLock { state in
                state.asleep = state.work.isEmpty
                return state.asleep
            }
            let count = epoll_wait(
                epoll.number, &events, Int32(events.count),
                idle ? Self.milliseconds(until: next) : 0)
            posted.withLock { $0.asleep = false }
            for index in 0..<max(0, Int(count)) { dispatch(events[index]) }
        }
        posted.withLock { state in
            state.isOver = true
            state.work = []
        }
    }

    /// Rounded up, so that nobody is woken before it is time; at most a minute.
    private static func milliseconds(until time: MonotonicTime) -> Int32 {
        let now = MonotonicTime.now()
        guard time > now else { return 0 }
        let left = (min(time.nanoseconds - now.nanoseconds, 60_000_000_000) + 999_999) / 1_000_000
        return Int32(left)
    }

    /// Ends `run` after the work in hand. On the loop's thread.
    package func stop() {
        isRunning = false
    }

    private func runPosted() {
        let work = posted.withLock { state in
            defer { state.work.removeAll(keepingCapacity: true) }
            return state.work
        }
        for item in work { item() }
    }

    private func dispatch(_ event: epoll_event) {
        if event.data.u64 == .max {
            wakeup.clear()
            return
        }
        let descriptor = Int32(truncatingIfNeeded: event.data.u64 & 0xFFFF_FFFF)
        guard let registration = registrations[descriptor],
            UInt64(registration.generation) == event.data.u64 >> 32
        else { return }
        registration.handler.ready(Events(rawValue: event.events))
    }

    /// Begins to watch a descriptor; false when the system refuses.
    package func add(_ descriptor: Int32, _ events: Events, _ handler: any EventHandler) -> Bool {
        generation = (generation &+ 1) & 0x7FFF_FFFF
        registrations[descriptor] = Registration(generation: generation, handler: handler)
        guard control(EPOLL_CTL_ADD, descriptor, events) else {
            registrations[descriptor] = nil
            return false
        }
        return true
    }

    package func change(_ descriptor: Int32, _ events: Events) {
        _ = control(EPOLL_CTL_MOD, descriptor, events)
    }

    /// Stops to watch a descriptor; call it before the descriptor is closed.
    package func remove(_ descriptor: Int32) {
        registrations[descriptor] = nil
        _ = epoll_ctl(epoll.number, EPOLL_CTL_DEL, descriptor, nil)
    }

    private func control(_ operation: Int32, _ descriptor: Int32, _ events: Events) -> Bool {
        guard let registration = registrations[descriptor] else { return false }
        let tag = UInt64(registration.generation) << 32 | UInt64(UInt32(bitPattern: descriptor))
        var event = epoll_event(events: events.rawValue, data: epoll_data(u64: tag))
        return epoll_ctl(epoll.number, operation, descriptor, &event) == 0
    }
}

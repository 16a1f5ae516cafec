internal import Core
internal import Sockets

/// The daemon's first thread: starts the service, tells systemd, waits for signals, stops it.
struct Supervisor {
    let service: Service
    let signals: SignalWatch
    let notifier: ServiceNotifier
    let log: Log

    /// Returns the exit status, after an orderly stop.
    func run() throws -> Int32 {
        try service.start()
        tell(.ready, .status("ready"))
        log(.notice, "maild \(version) is ready")
        serve()
        tell(.stopping, .status("stopping"))
        log(.notice, "stopping")
        service.stop()
        log(.notice, "stopped")
        return 0
    }

    /// Until SIGTERM or SIGINT. A sign of life goes to systemd each second in which the writer,
    /// the sender and the endpoint each made a round; when one hangs, systemd restarts us.
    private func serve() {
        while true {
            switch signals.next(within: 1000) {
            case .terminate, .interrupt: return
            case .hangup: reload()
            case nil: break
            }
            if notifier.isActive, service.madeRounds() { tell(.watchdog) }
        }
    }

    /// A bad file changes nothing and says so.
    private func reload() {
        do {
            _ = try service.reloadFromFile()
        } catch {
            log(.error, "\(error)")
        }
    }

    private func tell(_ states: ServiceNotifier.State...) {
        guard notifier.isActive else { return }
        for state in states {
            do {
                try notifier.send(state)
            } catch {
                log(.warning, "\(error)")
            }
        }
    }
}

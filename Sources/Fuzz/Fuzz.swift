internal import Glibc

/// `maild-fuzz TARGET [--seconds N] [--seed S] [--run I] [--corpus PATH]… [--note FILE]`, or
/// `maild-fuzz --double`.
///
/// Runs a reader on mutated inputs until the time is up. The number of the run at work stands in
/// the note file, so that after a crash `--seed S --run I` repeats that run alone; a run that takes
/// 30 seconds is ended by SIGALRM. Build it with `--sanitize=address`, as `make fuzz` does.
package enum Fuzz {
    /// Exit status 0 when nothing was found, 2 when the arguments cannot be used.
    package static func main(_ arguments: [String]) -> Int32 {
        guard let plan = FuzzPlan(Array(arguments.dropFirst())) else {
            say(
                "usage: maild-fuzz TARGET [--seconds N] [--seed S] [--run I] [--corpus PATH]"
                    + " [--note FILE]\n       maild-fuzz --double\ntargets: "
                    + FuzzTarget.all.map(\.name).joined(separator: " ") + "\n")
            return 2
        }
        if plan.doubles { return Doubling.report() ? 0 : 1 }
        var status: Int32 = 0
        for target in plan.targets where !run(target, plan) { status = 1 }
        return status
    }

    static func say(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(2, bytes, bytes.count)
    }

    /// Seconds of CPU time of this thread.
    static var cpuSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// More CPU time than this for one input of at most 4 kB is a finding.
    private static let slowSeconds = 2.0

    private static func run(_ target: FuzzTarget, _ plan: FuzzPlan) -> Bool {
        let seeds = target.seeds.map { Array($0.utf8) } + plan.corpus
        let mutator = Mutator(seeds: seeds, pieces: target.pieces, maximumBytes: 4096)
        if let only = plan.run {
            let input = mutator.input(seed: plan.seed, run: only)
            say("\(String(decoding: input, as: UTF8.self))\n")
            target.run(input)
            return true
        }
        let note = open(plan.note, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        defer { close(note) }
        say("\(target.name): seed \(plan.seed), \(seeds.count) seeds, \(plan.seconds) s\n")
        let end = time(nil) + plan.seconds
        var runs: UInt64 = 0
        var slowest = 0.0
        while time(nil) < end {
            let line = "\(target.name) --seed \(plan.seed) --run \(runs)          \n"
            _ = line.utf8.withContiguousStorageIfAvailable {
                pwrite(note, $0.baseAddress, $0.count, 0)
            }
            let input = mutator.input(seed: plan.seed, run: runs)
            alarm(30)
            let start = cpuSeconds
            target.run(input)
            let took = cpuSeconds - start
            slowest = max(slowest, took)
            if took > slowSeconds {
                say("\(target.name): run \(runs) took \(took) s\n")
                return false
            }
            runs += 1
        }
        alarm(0)
        say("\(target.name): \(runs) runs, slowest \(Int(slowest * 1000)) ms, nothing found\n")
        return true
    }
}

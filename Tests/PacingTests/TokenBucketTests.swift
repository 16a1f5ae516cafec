import Core
import Pacing
import Testing

@Suite struct TokenBucketTests {
    private let start = Uptime(nanoseconds: 7_000_000_000)

    @Test("a full bucket grants its burst and then one token an interval")
    func burstThenRate() throws {
        var bucket = TokenBucket(try #require(Rate("100/s")), burst: 5, at: start)
        for _ in 0..<5 { #expect(bucket.take(at: start) == true) }
        #expect(bucket.take(at: start) == false)
        #expect(bucket.nextToken == start + .milliseconds(10))
        #expect(bucket.take(at: Uptime(nanoseconds: start.nanoseconds + 9_999_999)) == false)
        #expect(bucket.take(at: start + .milliseconds(10)) == true)
        #expect(bucket.take(at: start + .milliseconds(10)) == false)
    }

    @Test("in any second no more than the rate and the burst, and at least 97 % used")
    func neverAbove() throws {
        var bucket = TokenBucket(try #require(Rate("100/s")), burst: 10, at: start)
        var grants: [Int64] = []
        for millisecond in 0..<10_000 {
            let now = start + .milliseconds(Int64(millisecond))
            while bucket.take(at: now) { grants.append(Int64(millisecond)) }
        }
        var oldest = 0
        for (index, at) in grants.enumerated() {
            while grants[oldest] <= at - 1000 { oldest += 1 }
            #expect(index - oldest + 1 <= 110)
        }
        #expect(grants.count >= 970)
    }

    @Test("idle time fills the bucket to its burst and no further")
    func idle() throws {
        var bucket = TokenBucket(try #require(Rate("100/s")), burst: 3, at: start)
        #expect(bucket.take(3, at: start) == true)
        #expect(bucket.available(at: start + .seconds(3600)) == 3)
        #expect(bucket.take(4, at: start + .seconds(3600)) == false)
    }

    @Test("tokens given back can be taken again")
    func giveBack() throws {
        var bucket = TokenBucket(try #require(Rate("1/h")), at: start)
        #expect(bucket.take(at: start) == true)
        #expect(bucket.take(at: start) == false)
        bucket.giveBack()
        #expect(bucket.take(at: start) == true)
    }

    @Test("a cut rate holds at once, without debt from the old one")
    func change() throws {
        var bucket = TokenBucket(try #require(Rate("1000/s")), burst: 100, at: start)
        #expect(bucket.take(100, at: start) == true)
        bucket.change(to: try #require(Rate("1/s")), at: start)
        #expect(bucket.take(at: start + .milliseconds(900)) == false)
        #expect(bucket.take(at: start + .seconds(1)) == true)
        #expect(bucket.take(at: start + .seconds(1)) == false)
    }

    @Test("extreme times and counts do not trap")
    func extremes() throws {
        let rate = try #require(Rate("1/day"))
        var bucket = TokenBucket(rate, burst: .max, at: Uptime(nanoseconds: .max))
        _ = bucket.take(.max, at: Uptime(nanoseconds: .min))
        _ = bucket.take(1_000_000, at: Uptime(nanoseconds: .max))
        bucket.giveBack(.max)
        _ = bucket.nextToken
        #expect(bucket.burst == 1_000_000)
    }

    @Test(
        "with restarts in the middle no second has more than the rate and the burst, and 97 % is used",
        arguments: [1, 3, 7])
    func restarts(_ count: Int) throws {
        let rate = try #require(Rate("100/s"))
        let end: Int64 = 60_000
        var times: [Int64] = []
        var bucket = TokenBucket(rate, isFull: false, at: Uptime.zero)
        let restarts = Set((1...count).map { end * Int64($0) / Int64(count + 1) })
        for millisecond in 0..<end {
            let now = Uptime.zero + .milliseconds(millisecond)
            if restarts.contains(millisecond) {
                bucket = TokenBucket(rate, isFull: false, at: now)
            }
            while bucket.take(at: now) { times.append(millisecond) }
        }
        for (index, first) in times.enumerated() where index + 110 < times.count {
            #expect(times[index + 110] - first >= 1000)
        }
        #expect(times.count >= 5820)
    }
}

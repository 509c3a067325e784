import Testing

@testable import RPCKit

struct LatencyHistogramTests {
  @Test func `without calls there is no quantile`() {
    #expect(LatencyHistogram().quantile(0.5) == nil)
  }

  @Test(arguments: [0, 1, 7, 8, 9, 100, 1023, 1024, 1_000_000, 123_456_789, Int64.max / 4])
  func `a quantile is never too low and at most an eighth too high`(nanoseconds: Int64) throws {
    var histogram = LatencyHistogram()
    histogram.record(nanoseconds: nanoseconds)

    let quantile = try #require(histogram.quantile(0.99))

    #expect(quantile >= nanoseconds)
    #expect(quantile <= nanoseconds + max(1, nanoseconds / 8))
  }

  @Test func `half of the calls are below the median, and one in a hundred above the 99th`() throws {
    var histogram = LatencyHistogram()
    for number in 1...1000 { histogram.record(nanoseconds: Int64(number) * 1000) }

    let (median, late) = try (#require(histogram.quantile(0.5)), #require(histogram.quantile(0.99)))

    #expect((500_000...562_500).contains(median))
    #expect((990_000...1_113_750).contains(late))
  }

  @Test func `the extremes do not trap`() {
    var histogram = LatencyHistogram()
    histogram.record(nanoseconds: -1)
    histogram.record(nanoseconds: .max)

    #expect(histogram.quantile(0) == 0)
    #expect(histogram.quantile(1) != nil)
  }
}

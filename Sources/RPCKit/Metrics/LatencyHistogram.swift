/// How long calls took, counted in buckets whose bounds grow by an eighth of a power of two: a quantile is at most 12.5 % too high.
struct LatencyHistogram {
  private static let bucketsPerDoubling = 8

  private var counts: [UInt64] = []
  private var total: UInt64 = 0

  /// Counts one call.
  mutating func record(nanoseconds: Int64) {
    let bucket = Self.bucket(of: UInt64(max(0, nanoseconds)))
    if bucket >= counts.count {
      counts.append(contentsOf: repeatElement(0, count: bucket + 1 - counts.count))
    }
    counts[bucket] += 1
    total += 1
  }

  /// The time within which a share of the calls ended, in nanoseconds, or nil when there were none.
  func quantile(_ share: Double) -> Int64? {
    guard total > 0 else { return nil }
    let wanted = max(1, UInt64((Double(total) * share).rounded(.up)))
    var seen: UInt64 = 0
    for (bucket, count) in counts.enumerated() {
      seen += count
      if seen >= wanted { return Self.upperBound(of: bucket) }
    }
    return nil
  }

  /// The bits of a number behind its highest one choose within the doubling.
  private static func bucket(of value: UInt64) -> Int {
    guard value >= UInt64(bucketsPerDoubling) else { return Int(value) }
    let exponent = 63 - value.leadingZeroBitCount
    let within = Int(value >> UInt64(exponent - 3)) - bucketsPerDoubling
    return (exponent - 2) * bucketsPerDoubling + within
  }

  private static func upperBound(of bucket: Int) -> Int64 {
    guard bucket >= bucketsPerDoubling else { return Int64(bucket) }
    let exponent = bucket / bucketsPerDoubling + 2
    let within = bucket % bucketsPerDoubling + bucketsPerDoubling + 1
    return Int64(within) << Int64(exponent - 3)
  }
}

import NIOCore

/// A line of the log that is due as often as others like, and is written at most once a minute.
///
/// A value without a clock of its own.
struct RepeatedLine {
  /// How long the log says it only once.
  static let silence = TimeAmount.minutes(1)

  private var saysNothingBefore = NIODeadline.distantPast
  private var count = 0

  /// The line is due.
  ///
  /// - Returns: How many times it has been due since it was written last, or nil when it is not to be written now.
  mutating func isDue(at now: NIODeadline) -> Int? {
    count += 1
    guard now >= saysNothingBefore else { return nil }
    saysNothingBefore = now + Self.silence
    return exchange(&count, with: 0)
  }
}

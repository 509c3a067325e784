import Foundation

/// What came of the calls.
struct Report: Sendable {
  /// How long each call took, by the phase in which it began.
  var latencies: [[Duration]]
  var wrong = 0
  var lost = 0
  var firstError: String?

  init(phases: Int) {
    latencies = Array(repeating: [], count: phases)
  }

  mutating func add(_ other: Report) {
    for (phase, more) in other.latencies.enumerated() { latencies[phase] += more }
    wrong += other.wrong
    lost += other.lost
    firstError = firstError ?? other.firstError
  }

  /// Prints a table of the phases, and the sum.
  func print() {
    Swift.print("phase       calls       p50       p99       max")
    for (name, latencies) in zip(["before", "during", "after"], latencies) {
      let sorted = latencies.sorted()
      let columns = [0.5, 0.99, 1].map { Self.milliseconds(sorted, $0) }.joined()
      Swift.print(Self.padded(name, 7, left: false) + Self.padded("\(sorted.count)", 10) + columns)
    }
    let calls = latencies.map(\.count).reduce(0, +)
    Swift.print("calls made: \(calls), wrong answers: \(wrong), idempotent calls lost: \(lost)")
    if let firstError { Swift.print("the first that was lost: \(firstError)") }
  }

  private static func milliseconds(_ sorted: [Duration], _ quantile: Double) -> String {
    guard !sorted.isEmpty else { return padded("-", 10) }
    let duration = sorted[Int(Double(sorted.count - 1) * quantile)]
    return padded(String(format: "%.2f ms", duration / .milliseconds(1)), 10)
  }

  private static func padded(_ text: String, _ width: Int, left: Bool = true) -> String {
    let padding = String(repeating: " ", count: max(0, width - text.count))
    return left ? padding + text : text + padding
  }
}

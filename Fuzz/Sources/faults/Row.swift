import Foundation

/// One promise of RELIABILITY.md, and the run that puts it to the test.
struct Row: Sendable {
  let name: String
  let promise: String
  let run: @Sendable (Engine, inout Findings) async throws -> Void

  static let all: [Row] =
    hostileBytes + [streamToServer, streamToClient] + connections + floods + clients + [
      memory, locale, signals, logs, numbers,
    ]

  /// Runs rows and prints a line for each engine.
  ///
  /// - Parameter names: Which, or none for all.
  /// - Returns: Whether all have passed.
  static func run(named names: [String]) async -> Bool {
    let wanted = Set(names.map { $0.uppercased() })
    let unknown = wanted.subtracting(all.map(\.name))
    guard unknown.isEmpty else {
      print("no such row: \(unknown.sorted().joined(separator: " "))")
      return false
    }
    var failed = 0
    for row in all where wanted.isEmpty || wanted.contains(row.name) {
      print("\(row.name): \(row.promise)")
      for engine in Engine.all where await !row.passes(engine) { failed += 1 }
    }
    print(failed == 0 ? "all passed" : "\(failed) FAILED")
    return failed == 0
  }

  private func passes(_ engine: Engine) async -> Bool {
    let start = ContinuousClock.now
    var findings = Findings()
    do { try await run(engine, &findings) } catch { findings.expect(false, "\(error)") }
    let verdict = findings.failures.isEmpty ? "PASS" : "FAIL"
    let figures = findings.figures.joined(separator: "; ")
    print("  \(verdict) \(engine.name) (\((ContinuousClock.now - start).short)): \(figures)")
    for failure in findings.failures { print("       \(failure)") }
    fflush(nil)
    return findings.failures.isEmpty
  }
}

/// What a row has measured, and what was not as promised.
struct Findings {
  private(set) var figures: [String] = []
  private(set) var failures: [String] = []

  /// Notes what was tried or measured.
  mutating func note(_ figure: String) {
    figures.append(figure)
  }

  /// Notes a failure unless the condition holds.
  mutating func expect(_ condition: Bool, _ failure: @autoclosure () -> String) {
    if !condition { failures.append(failure()) }
  }
}

extension Duration {
  /// Seconds with as many digits as are worth reading: `1.23 s`, `4.5 ms`.
  var short: String {
    let seconds = seconds
    return seconds < 1 ? String(format: "%.1f ms", seconds * 1000) : String(format: "%.2f s", seconds)
  }

  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}

/// How long each of several things took.
struct Latencies {
  private var sorted: [Duration]

  init(_ samples: [Duration]) {
    sorted = samples.sorted()
  }

  /// The time within which so many of a hundred were done.
  func percentile(_ percent: Int) -> Duration {
    sorted.isEmpty ? .zero : sorted[min(sorted.count - 1, sorted.count * percent / 100)]
  }

  var description: String {
    "p50 \(percentile(50).short), p99 \(percentile(99).short), max \(percentile(100).short)"
  }
}

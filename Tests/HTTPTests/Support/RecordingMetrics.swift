import CoreMetrics
import NIOConcurrencyHelpers

/// Keeps what is reported to swift-metrics: for each label with its dimensions one sum, and how often it was reported.
final class RecordingMetrics: MetricsFactory {
  struct Key: Hashable {
    var label: String
    var dimensions: [String: String]
  }

  struct Value: Equatable {
    var sum = 0.0
    var reports = 0
  }

  private let kept = NIOLockedValueBox<[Key: Value]>([:])

  /// The process has one, as swift-metrics wants it.
  static let shared: RecordingMetrics = {
    let metrics = RecordingMetrics()
    MetricsSystem.bootstrap(metrics)
    return metrics
  }()

  subscript(_ label: String, _ dimensions: [String: String]) -> Value {
    kept.withLockedValue { $0[Key(label: label, dimensions: dimensions)] ?? Value() }
  }

  var labels: Set<String> { kept.withLockedValue { Set($0.keys.map(\.label)) } }

  func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    instrument(label, dimensions)
  }

  func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    instrument(label, dimensions)
  }

  func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    instrument(label, dimensions)
  }

  func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
    instrument(label, dimensions)
  }

  func destroyCounter(_ handler: any CounterHandler) {}
  func destroyMeter(_ handler: any MeterHandler) {}
  func destroyTimer(_ handler: any TimerHandler) {}
  func destroyRecorder(_ handler: any RecorderHandler) {}

  private func instrument(_ label: String, _ dimensions: [(String, String)]) -> Instrument {
    let key = Key(label: label, dimensions: Dictionary(dimensions) { $1 })
    return Instrument { amount in
      self.kept.withLockedValue {
        $0[key, default: Value()].sum += amount
        $0[key, default: Value()].reports += 1
      }
    }
  }

  private final class Instrument: CounterHandler, MeterHandler, TimerHandler, RecorderHandler {
    private let add: @Sendable (Double) -> Void

    init(add: @escaping @Sendable (Double) -> Void) { self.add = add }

    func increment(by amount: Int64) { add(Double(amount)) }
    func increment(by amount: Double) { add(amount) }
    func decrement(by amount: Double) { add(-amount) }
    func recordNanoseconds(_ duration: Int64) { add(Double(duration)) }
    func record(_ value: Int64) { add(Double(value)) }
    func record(_ value: Double) { add(value) }
    func set(_ value: Int64) {}
    func set(_ value: Double) {}
    func reset() {}
  }
}

import Logging
import NIOConcurrencyHelpers

/// Keeps what is logged, as lines: `notice call failed codec=jansson method=… peer=… reason=…`.
final class RecordingLog: Sendable {
  private let kept = NIOLockedValueBox<[String]>([])

  var lines: [String] { kept.withLockedValue { $0 } }

  var logger: Logger {
    var logger = Logger(label: "test", factory: { _ in Handler(log: self) })
    logger.logLevel = .trace
    return logger
  }

  /// The lines that say this, without their metadata of the connection.
  func lines(_ message: String) -> [String] {
    lines.filter { $0.contains(" \(message) ") || $0.hasSuffix(" \(message)") }
  }

  /// Waits until a line says this: connections end when they end.
  func waitForLine(_ message: String) async -> [String] {
    while lines(message).isEmpty { await Task.yield() }
    return lines(message)
  }

  private struct Handler: LogHandler {
    let log: RecordingLog
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let metadata = metadata.merging(event.metadata ?? [:]) { $1 }
      let words = metadata.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      let line = (["\(event.level)", "\(event.message)"] + words).joined(separator: " ")
      log.kept.withLockedValue { $0.append(line) }
    }
  }
}

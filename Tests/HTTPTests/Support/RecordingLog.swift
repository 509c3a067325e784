import Logging
import NIOConcurrencyHelpers
import TestSupport

/// Keeps what is logged, as lines: `notice call failed codec=jansson method=… peer=… reason=…`.
final class RecordingLog: Sendable {
  private let kept = NIOLockedValueBox<[String]>([])

  var lines: [String] { kept.withLockedValue { $0 } }

  var logger: Logger {
    Logger(label: "test") { _ in
      LineLogHandler { [self] level, line in kept.withLockedValue { $0.append("\(level) \(line)") } }
    }
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
}

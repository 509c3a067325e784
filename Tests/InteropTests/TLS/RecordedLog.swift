import Logging
import Synchronization
import TestSupport

/// What a server or a client has logged, a line each: `refused: no TLS peer=… reason=…`.
final class RecordedLog: Sendable {
  private let kept = Mutex<[String]>([])
  private let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)

  var lines: [String] { kept.withLock { $0 } }

  var logger: Logger {
    Logger(label: "test") { _ in LineLogHandler { [self] in append($1) } }
  }

  /// Waits until there is a line that begins so.
  func line(_ beginning: String) async throws -> String {
    var arrivals = arrivals.makeAsyncIterator()
    repeat {
      if let line = lines.first(where: { $0.hasPrefix(beginning) }) { return line }
    } while await arrivals.next() != nil
    throw CancellationError()
  }

  private func append(_ line: String) {
    kept.withLock { $0.append(line) }
    arrival.yield()
  }
}

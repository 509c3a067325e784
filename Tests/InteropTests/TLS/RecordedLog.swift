import Logging
import Synchronization

/// What a server or a client has logged, a line each: `refused: no TLS peer=… reason=…`.
final class RecordedLog: Sendable {
  private let kept = Mutex<[String]>([])
  private let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)

  var lines: [String] { kept.withLock { $0 } }

  var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

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

  private struct Handler: LogHandler {
    let log: RecordedLog
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let metadata = metadata.merging(event.metadata ?? [:]) { $1 }
      let words = metadata.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      log.append((["\(event.message)"] + words).joined(separator: " "))
    }
  }
}

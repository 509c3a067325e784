import Logging
import Synchronization

/// The messages of a log, or what an example prints.
final class Lines: Sendable {
  private let kept = Mutex<[String]>([])

  var all: [String] { kept.withLock { $0 } }

  func add(_ line: String) {
    kept.withLock { $0.append(line) }
  }

  var logger: Logger {
    var logger = Logger(label: "example", factory: { _ in Handler(lines: self) })
    logger.logLevel = .trace
    return logger
  }

  private struct Handler: LogHandler {
    let lines: Lines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let metadata = metadata.merging(event.metadata ?? [:]) { $1 }
      let words = metadata.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      lines.add((["\(event.message)"] + words).joined(separator: " "))
    }
  }
}

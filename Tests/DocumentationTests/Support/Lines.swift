import Logging
import Synchronization
import TestSupport

/// The messages of a log, or what an example prints.
final class Lines: Sendable {
  private let kept = Mutex<[String]>([])

  var all: [String] { kept.withLock { $0 } }

  func add(_ line: String) {
    kept.withLock { $0.append(line) }
  }

  var logger: Logger {
    Logger(label: "example") { _ in LineLogHandler { [self] in add($1) } }
  }
}

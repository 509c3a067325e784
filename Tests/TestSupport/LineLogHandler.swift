package import Logging

/// Gives each event of a log to a closure as a line: the message, and then the metadata by name.
package struct LineLogHandler: LogHandler {
  private let take: @Sendable (Logger.Level, String) -> Void

  package var metadata: Logger.Metadata = [:]
  package var logLevel = Logger.Level.trace

  package init(take: @escaping @Sendable (Logger.Level, String) -> Void) {
    self.take = take
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    let metadata = metadata.merging(event.metadata ?? [:]) { $1 }
    let words = metadata.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    take(event.level, (["\(event.message)"] + words).joined(separator: " "))
  }
}

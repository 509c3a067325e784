import Logging

extension Logger {
  /// What the library logs to unless it is given a logger.
  static let silent = Logger(label: "RPCKit", factory: { _ in SwiftLogNoOpLogHandler() })
}

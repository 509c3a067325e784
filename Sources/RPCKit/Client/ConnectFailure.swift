import NIOCore
import NIOPosix

/// What the system said when a connection could not be made, in one line.
enum ConnectFailure {
  static func text(_ error: any Error) -> String {
    guard let error = error as? NIOConnectionError else { return String(describing: error) }
    if let attempt = error.connectionErrors.first { return String(describing: attempt.error) }
    if let lookUp = error.dnsAAAAError ?? error.dnsAError { return String(describing: lookUp) }
    return String(describing: error)
  }
}

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif
import NIOCore
import NIOPosix

/// What the system said when a connection or a listener could not be made, in one line.
enum NetworkFailure {
  static func text(_ error: any Error) -> String {
    switch error {
    case let error as NIOConnectionError:
      let cause: (any Error)? = error.connectionErrors.first?.error ?? error.dnsAAAAError ?? error.dnsAError
      return cause.map(text) ?? String(describing: error)
    case let error as IOError:
      return String(cString: strerror(error.errnoCode))
    default:
      return String(describing: error)
    }
  }
}

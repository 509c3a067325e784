import NIOCore
import RPCKit

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A connection whose end nobody reads, so that it does not even notice when the other end closes.
final class SilentPeer: Sendable {
  /// What the system said to an attempt to connect.
  struct Refusal: Error {
    var code: CInt
  }

  private let descriptor: CInt

  init(to endpoint: Endpoint) throws {
    let address: SocketAddress =
      switch endpoint {
      case .unix(let path): try SocketAddress(unixDomainSocketPath: path)
      case .tcp(let host, let port), .tls(let host, let port), .http(let host, let port, _):
        try SocketAddress(ipAddress: host, port: port)
      }
    #if os(Linux)
      descriptor = socket(CInt(address.protocol.rawValue), CInt(SOCK_STREAM.rawValue), 0)
    #else
      descriptor = socket(CInt(address.protocol.rawValue), SOCK_STREAM, 0)
    #endif
    guard address.withSockAddr({ connect(descriptor, $0, socklen_t($1)) }) == 0 else {
      let code = errno
      close(descriptor)
      throw Refusal(code: code)
    }
  }

  deinit { close(descriptor) }
}

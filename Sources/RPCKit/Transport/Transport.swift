import NIOCore
import NIOPosix
import Synchronization

/// Binds and connects by ``Endpoint``.
enum Transport {
  static func bind(_ bootstrap: ServerBootstrap, to endpoint: Endpoint) async throws -> any Channel {
    try endpoint.check()
    return switch endpoint {
    case .tcp(let host, let port): try await bootstrap.bind(host: host, port: port).get()
    case .unix(let path): try await bootstrap.bind(unixDomainSocketPath: path).get()
    }
  }

  static func connect(_ bootstrap: ClientBootstrap, to endpoint: Endpoint) async throws -> any Channel {
    try endpoint.check()
    return switch endpoint {
    case .tcp(let host, let port): try await bootstrap.connect(host: host, port: port).get()
    case .unix(let path): try await bootstrap.connect(unixDomainSocketPath: path).get()
    }
  }
}

extension ChannelOptions.Types.WriteBufferWaterMark {
  /// The marks by which a channel says that it is full, and that it has room again.
  init(maximumUnwrittenBytes maximum: Int) {
    self.init(low: max(1, maximum / 2), high: max(1, maximum))
  }
}

extension Endpoint {
  /// The endpoint of a socket address, or nil where it has none: a Unix socket that is not bound to a file.
  init?(_ address: SocketAddress) {
    switch address {
    case .v4, .v6:
      guard let host = address.ipAddress, let port = address.port else { return nil }
      self = .tcp(host, port: port)
    case .unixDomainSocket:
      guard let path = address.pathname, !path.isEmpty else { return nil }
      self = .unix(path)
    }
  }
}

/// The endpoint of a listener, whose port may only be known once it is bound.
final class BoundEndpoint: Sendable {
  private let current: Mutex<Endpoint>

  init(_ wanted: Endpoint) {
    self.current = Mutex(wanted)
  }

  var endpoint: Endpoint { current.withLock { $0 } }

  /// Puts the port that the system chose in the place of 0.
  ///
  /// The host stays as the user wrote it.
  func resolve(_ channel: any Channel) -> Endpoint {
    current.withLock { endpoint in
      if case .tcp(let host, _) = endpoint, let port = channel.localAddress?.port {
        endpoint = .tcp(host, port: port)
      }
      return endpoint
    }
  }
}

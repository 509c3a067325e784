import NIOCore
import NIOPosix

/// Binds and connects by ``Endpoint``.
enum Transport {
  static func bind(_ bootstrap: ServerBootstrap, to endpoint: Endpoint) async throws -> any Channel {
    try endpoint.check()
    return switch endpoint {
    case .tcp(let host, let port), .http(let host, let port, _):
      try await bootstrap.bind(host: host, port: port).get()
    case .unix(let path): try await bootstrap.bind(unixDomainSocketPath: path).get()
    }
  }

  static func connect(_ bootstrap: ClientBootstrap, to endpoint: Endpoint) async throws -> any Channel {
    try endpoint.check()
    return switch endpoint {
    case .tcp(let host, let port), .http(let host, let port, _):
      try await bootstrap.connect(host: host, port: port).get()
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

extension Endpoint {
  /// The endpoint with the port that the system chose in the place of 0.
  ///
  /// The host stays as the user wrote it.
  func bound(to address: SocketAddress?) -> Endpoint {
    guard let port = address?.port else { return self }
    return switch self {
    case .tcp(let host, _): .tcp(host, port: port)
    case .http(let host, _, let path): .http(host, port: port, path: path)
    case .unix: self
    }
  }
}

extension Peer {
  /// The other end of a channel.
  init(_ channel: any Channel) {
    self.init(endpoint: channel.remoteAddress.flatMap(Endpoint.init))
  }
}

import Logging
import NIOCore
import NIOPosix

/// Binds and connects by ``Endpoint``.
enum Transport {
  /// How many connections may wait to be accepted.
  private static let backlog: CInt = 1024

  static func bind(
    _ bootstrap: ServerBootstrap,
    to endpoint: Endpoint,
    _ configuration: ServerConfiguration,
    logger: Logger
  ) async throws -> any Channel {
    try endpoint.check()
    let bootstrap = bootstrap.serverChannelOption(.backlog, value: backlog)
      .serverChannelInitializer { [keepAlive = configuration.keepAlive] channel in
        channel.eventLoop.makeCompletedFuture {
          // A connection that is accepted has the options of the socket that it came in by, without system calls of its own.
          keepAlive?.apply(to: channel)
          try channel.pipeline.syncOperations.addHandler(DescriptorReserve(logger: logger))
        }
      }
    return switch endpoint {
    case .tcp(let host, let port), .tls(let host, let port), .http(let host, let port, _):
      try await bootstrap
        .serverChannelOption(.tcpOption(.tcp_nodelay), value: configuration.tcpNoDelay ? 1 : 0)
        .bind(host: host, port: port).get()
    case .unix(let path):
      try await bind(bootstrap, toFile: path, permissions: configuration.unixSocketPermissions)
    }
  }

  private static func bind(
    _ bootstrap: ServerBootstrap,
    toFile path: String,
    permissions: UInt16
  ) async throws -> any Channel {
    let lock = await DirectoryLock(ofDirectoryOf: path)
    defer { lock.release() }
    let (descriptor, file) = try SocketFile.bind(to: path, permissions: permissions)
    do {
      let channel = try await bootstrap.withBoundSocket(descriptor).get()
      // For a socket that it has not bound, NIO takes its own number.
      SocketFile.setBacklog(backlog, of: descriptor)
      try await channel.eventLoop.submit {
        try channel.pipeline.syncOperations.addHandler(SocketFileRemoval(file))
      }.get()
      return channel
    } catch {
      file.remove()
      throw error
    }
  }

  /// - Throws: A `CancellationError` as soon as the task is cancelled, besides what the system says.
  static func connect(_ bootstrap: ClientBootstrap, to endpoint: Endpoint) async throws -> any Channel {
    try endpoint.check()
    let connecting =
      switch endpoint {
      case .tcp(let host, let port), .tls(let host, let port), .http(let host, let port, _):
        bootstrap.connect(host: host, port: port)
      case .unix(let path): bootstrap.connect(unixDomainSocketPath: path)
      }
    do { return try await connecting.getUnlessCancelled() } catch {
      // The connection may still come when nobody waits for it any more.
      connecting.whenSuccess { $0.close(promise: nil) }
      throw error
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
    case .tls(let host, _): .tls(host, port: port)
    case .http(let host, _, let path): .http(host, port: port, path: path)
    case .unix: self
    }
  }
}

extension Peer {
  /// The other end of a channel.
  init(_ channel: any Channel, isEncrypted: Bool = false) {
    let endpoint = channel.remoteAddress.flatMap(Endpoint.init)
    if isEncrypted, case .tcp(let host, let port) = endpoint {
      self.init(endpoint: .tls(host, port: port))
    } else {
      self.init(endpoint: endpoint)
    }
  }
}

import NIOCore

/// A place where a server accepts connections.
public struct RPCListener: Sendable {
  /// Where it listens: for port 0, with the port that the system chose.
  public let endpoint: Endpoint

  private let channel: any Channel

  init(endpoint: Endpoint, channel: any Channel) {
    self.endpoint = endpoint
    self.channel = channel
  }

  /// Stops accepting connections.
  ///
  /// Those that were accepted are served on. Closing twice does nothing.
  ///
  /// The file of a Unix socket is removed.
  public func close() async {
    // Only a listener that is closed already refuses.
    try? await channel.close()
    // The socket's file is gone when this completes.
    await waitUntilClosed()
  }

  /// Returns when the listener has been closed, by ``close()`` or with its server.
  public func waitUntilClosed() async {
    try? await channel.closeFuture.get()
  }
}

import Logging
import NIOCore
import Synchronization

/// How connections come in.
///
/// All of it runs on the channel's event loop.
extension RPCServer {
  func connectionInfo(
    _ peer: Peer,
    endpoint: Endpoint?,
    codec: (Peer) -> Codec
  ) -> ConnectionInfo {
    ConnectionInfo(peer: peer, endpoint: endpoint, codec: codec(peer), logger: logger)
  }

  /// Takes a connection in, or throws because it is not wanted.
  func admit(_ channel: any Channel, _ info: ConnectionInfo) throws {
    guard core.configuration.acceptsConnection(info.peer) else {
      info.logger.notice("refused: not accepted")
      throw RPCError.shutdown
    }
    try reserve(channel, logger: info.logger)
    core.metrics?.connectionOpened(codec: info.codec.name)
    channel.closeFuture.whenComplete { _ in self.forget(channel, info) }
    let mark = core.configuration.maximumUnwrittenBytes
    // Options that a channel does not have are no reason not to serve it.
    try? channel.syncOptions?.setOption(.writeBufferWaterMark, value: .init(maximumUnwrittenBytes: mark))
    try? channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: true)
    info.logger.info("connected")
  }

  /// Counts a connection in, unless it is already, or throws because there is no room for it.
  func reserve(_ channel: any Channel, logger: Logger) throws {
    do throws(OpenChannels.Refusal) { try open.insert(connection: channel) } catch {
      switch error {
      case .serverIsClosed: logger.notice("refused: the server is closed")
      case .tooManyConnections: logTooManyConnections(logger)
      }
      throw RPCError.shutdown
    }
  }

  /// One line of many, of which peers could make as many as they like.
  private func logTooManyConnections(_ logger: Logger) {
    guard let refused = tooManyConnections.withLock({ $0.isDue(at: .now()) }) else { return }
    let limit = core.configuration.maximumConnections
    logger.warning(
      "refused: too many connections",
      metadata: ["limit": "\(limit)", "refused": "\(refused)"]
    )
  }

  private func forget(_ channel: any Channel, _ info: ConnectionInfo) {
    core.metrics?.connectionClosed(codec: info.codec.name)
    let connection = open.remove(connection: channel)
    // An RPC connection says it itself.
    if connection?.rpc == nil { info.logger.info("disconnected") }
  }

  /// Adds the handler that serves RPC to a channel.
  func addRPC(to channel: any Channel, _ info: ConnectionInfo) throws {
    let connection = ServerConnection(core: core, info: info)
    open.setRPC(NIOLoopBound(connection, eventLoop: channel.eventLoop), on: channel)
    try channel.pipeline.syncOperations.addHandler(connection)
  }

  /// Serves a channel that no listener accepted.
  func addConnection(to channel: any Channel, _ info: ConnectionInfo) throws {
    try admit(channel, info)
    try addRPC(to: channel, info)
    try? channel.syncOptions?.setOption(.autoRead, value: true)
  }
}

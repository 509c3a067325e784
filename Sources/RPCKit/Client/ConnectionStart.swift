import NIOCore
import Synchronization

/// Puts a client's connection on its channel.
///
/// Calls that are made before wait in the outbox. The connection is let go when its channel has closed.
final class ConnectionStart: Sendable {
  private let loopBound = Mutex<NIOLoopBound<ClientConnection>?>(nil)

  /// The connection, once it is on its channel.
  var connection: NIOLoopBound<ClientConnection>? { loopBound.withLock { $0 } }

  /// Runs on the channel's event loop.
  func begin(_ connection: ClientConnection, on channel: any Channel, maximumUnwrittenBytes mark: Int) {
    loopBound.withLock { $0 = NIOLoopBound(connection, eventLoop: channel.eventLoop) }
    // The connection holds the outbox, whose turns hold this.
    channel.closeFuture.whenComplete { _ in self.loopBound.withLock { $0 = nil } }
    // Options that a channel does not have are no reason not to use it.
    try? channel.syncOptions?.setOption(.writeBufferWaterMark, value: .init(maximumUnwrittenBytes: mark))
    do {
      try channel.pipeline.syncOperations.addHandler(connection)
      if !channel.isActive { connection.connectionIsGone() }
      try? channel.syncOptions?.setOption(.autoRead, value: true)
    } catch {
      connection.connectionIsGone()
    }
  }
}

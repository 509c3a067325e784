import NIOCore
import Synchronization

/// Every channel of a server that is not closed, with room for so many connections.
final class OpenChannels: Sendable {
  struct Connection: Sendable {
    let channel: any Channel
    /// Nil as long as the first byte has not come.
    var rpc: NIOLoopBound<ServerConnection>?

    /// Runs on the channel's event loop.
    func drain() {
      guard let rpc else { return channel.close(promise: nil) }
      rpc.value.drain()
    }
  }

  /// Why a connection is not taken in.
  enum Refusal: Error {
    case serverIsClosed
    case tooManyConnections
  }

  private struct State {
    var listeners: [ObjectIdentifier: any Channel] = [:]
    var connections: [ObjectIdentifier: Connection] = [:]
    var isClosed = false
  }

  private let state = Mutex(State())
  private let maximumConnections: Int

  init(maximumConnections: Int) {
    self.maximumConnections = maximumConnections
  }

  var connections: [Connection] { state.withLock { Array($0.connections.values) } }

  func connection(on channel: any Channel) -> Connection? {
    state.withLock { $0.connections[ObjectIdentifier(channel)] }
  }

  /// One of the connections, whichever.
  var anyConnection: Connection? { state.withLock { $0.connections.values.first } }

  /// Remembers a listener until it is closed.
  ///
  /// - Returns: Whether the server is open.
  func insert(listener channel: any Channel) -> Bool {
    let id = ObjectIdentifier(channel)
    let isOpen = state.withLock { state in
      if !state.isClosed { state.listeners[id] = channel }
      return !state.isClosed
    }
    channel.closeFuture.whenComplete { _ in
      self.state.withLock { _ = $0.listeners.removeValue(forKey: id) }
    }
    return isOpen
  }

  /// Remembers a connection until it is removed, if it is not remembered yet.
  func insert(connection channel: any Channel) throws(Refusal) {
    try state.withLock { (state) throws(Refusal) in
      guard !state.isClosed else { throw .serverIsClosed }
      guard state.connections[ObjectIdentifier(channel)] == nil else { return }
      guard state.connections.count < maximumConnections else { throw .tooManyConnections }
      state.connections[ObjectIdentifier(channel)] = Connection(channel: channel, rpc: nil)
    }
  }

  /// Remembers what serves RPC on a connection.
  func setRPC(_ rpc: NIOLoopBound<ServerConnection>, on channel: any Channel) {
    state.withLock { $0.connections[ObjectIdentifier(channel)]?.rpc = rpc }
  }

  @discardableResult
  func remove(connection channel: any Channel) -> Connection? {
    state.withLock { $0.connections.removeValue(forKey: ObjectIdentifier(channel)) }
  }

  /// Takes in nothing more.
  ///
  /// - Returns: The listeners, to be closed.
  func stopListening() -> [any Channel] {
    state.withLock { state in
      state.isClosed = true
      return Array(state.listeners.values)
    }
  }

  /// Takes in nothing more.
  ///
  /// - Returns: All channels, to be closed.
  func close() -> [any Channel] {
    state.withLock { state in
      state.isClosed = true
      return Array(state.listeners.values) + state.connections.values.map(\.channel)
    }
  }
}

import NIOCore

extension RPCServer {
  /// Registers the method by which the server explains itself.
  func registerDescription() {
    // Weakly, because the registry keeps the function.
    let function = MethodFunction.asynchronous {
      [weak registry = core.registry] (_: Empty, context: RPCContext) async throws -> ServerDescription in
      guard let registry else { throw RPCError.shutdown }
      return ServerDescription(registry, codec: context.connection.codec)
    }
    // A name that is taken is one that the program registered first, which is its right. Here it cannot be.
    try? core.registry.register(ServerDescription.serviceMethod, execution: .concurrent, function: function)
  }

  /// What the server is doing now.
  func snapshot() async -> ServerSnapshot {
    let services = core.registry.services.map { name, methods in
      ServerSnapshot.Service(name: name, methods: methods.map(ServerSnapshot.Method.init))
    }
    let connections = open.connections.filter { $0.rpc != nil }
    var snapshots: [ServerSnapshot.Connection] = []
    // One visit to each event loop, however many connections it has.
    for ofLoop in Dictionary(grouping: connections, by: { ObjectIdentifier($0.channel.eventLoop) }).values {
      let visit = ofLoop.first?.channel.eventLoop.submit { ofLoop.compactMap { $0.rpc?.value.snapshot } }
      // An event loop that is shut down has no connections left.
      snapshots += (try? await visit?.get()) ?? []
    }
    return ServerSnapshot(services: services, connections: snapshots.sorted { $0.peer < $1.peer })
  }
}

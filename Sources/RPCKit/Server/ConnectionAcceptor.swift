import NIOCore

/// Takes in the connections of one listener, and leaves each to RPC or to HTTP, behind TLS where the listener speaks it.
struct ConnectionAcceptor: Sendable {
  let server: RPCServer
  let endpoint: Endpoint
  let offers: ListenerOffers
  let codec: @Sendable (Peer) -> Codec
  /// Nil where the listener does not speak TLS.
  var tls: TLSAcceptor?

  /// Runs on the channel's event loop.
  ///
  /// Where it throws, the channel is closed.
  func accept(_ channel: any Channel) throws {
    guard let tls else { return try serve(channel, Peer(channel)) }
    try server.encrypt(channel, with: tls) { peer in try serve(channel, peer) }
  }

  private func serve(_ channel: any Channel, _ peer: Peer) throws {
    // The listener's address has the port that the system chose for 0.
    let endpoint = endpoint.bound(to: channel.localAddress)
    let info = server.connectionInfo(peer, endpoint: endpoint, codec: codec)
    try server.admit(channel, info)
    guard offers.includesHTTP || !offers.rpc else { return try server.addRPC(to: channel, info) }
    let detector = ProtocolDetector(
      offers,
      addRPC: { try server.addRPC(to: $0, info) },
      addHTTP: { try $0.pipeline.syncOperations.addHandler(http(info)) }
    )
    try channel.pipeline.syncOperations.addHandler(detector)
  }

  private func http(_ info: ConnectionInfo) -> HTTPServerConnection {
    let debugPage = offers.debugPage.map { page in
      DebugPageResponder(page: page, coder: info.codec.coder, snapshot: { await server.snapshot() })
    }
    return HTTPServerConnection(
      logger: info.logger,
      answer: { request in
        if request.path == offers.connectPath {
          return request.method == "CONNECT" ? .connect : .respond(.mustConnect)
        }
        return debugPage?.answer(request, from: info.peer) ?? .respond(.notFound)
      },
      addRPC: { try server.addRPC(to: $0, info) }
    )
  }
}

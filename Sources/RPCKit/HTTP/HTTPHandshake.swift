import NIOCore

/// Turns a connection to an HTTP server into one that speaks RPC, before the RPC client is on it.
struct HTTPHandshake: Sendable {
  let channel: any Channel
  let path: String
  let timeout: Duration

  /// Sends CONNECT and waits for the server's agreement.
  ///
  /// - Throws: An ``HTTPConnectHandler/Failure``, what went wrong with the connection, or a `CancellationError`.
  func perform() async throws {
    // Whoever chooses the path must not write the rest of the head with it.
    guard path.hasPrefix("/"), path.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw HTTPConnectHandler.Failure.invalidPath(path)
    }
    let connected = channel.eventLoop.makePromise(of: Void.self)
    let timer = channel.eventLoop.scheduleTask(in: TimeAmount(timeout)) {
      connected.fail(HTTPConnectHandler.Failure.timedOut(timeout))
    }
    defer { timer.cancel() }
    channel.eventLoop.execute {
      do {
        let handler = HTTPConnectHandler(path: path, connected: connected)
        try channel.pipeline.syncOperations.addHandler(handler)
        try channel.syncOptions?.setOption(.autoRead, value: true)
      } catch {
        connected.fail(error)
      }
    }
    try await connected.futureResult.getUnlessCancelled()
  }

  /// The RPC client is on the channel: what the server sent behind its agreement becomes the client's.
  func end() {
    channel.eventLoop.execute {
      let handler = try? channel.pipeline.syncOperations.context(handlerType: HTTPConnectHandler.self)
      if let handler { channel.pipeline.syncOperations.removeHandler(context: handler, promise: nil) }
    }
  }
}

public import ServiceLifecycle

extension RPCServer: Service {
  /// Serves until a graceful shutdown, finishes what is in flight, and returns.
  ///
  /// For swift-service-lifecycle, whose `ServiceGroup` turns SIGTERM into a graceful shutdown:
  ///
  /// ```swift
  /// let server = RPCServer()
  /// try server.register(Arith())
  /// let listener = try await server.listen(on: .tcp("127.0.0.1", port: 1234), codec: .jansson)
  /// try await ServiceGroup(services: [server], gracefulShutdownSignals: [.sigterm], logger: logger).run()
  /// ```
  ///
  /// On a graceful shutdown the listeners stop, connections without calls are closed, and what is left after the
  /// configuration's ``ServerConfiguration/drainTime`` is cut. When the task is cancelled, everything is cut at once.
  public func run() async {
    do {
      try await gracefulShutdown()
      await withTaskCancellationHandler {
        await close(draining: drainTime)
      } onCancel: {
        Task { await close() }
      }
    } catch {
      await close()
    }
  }
}

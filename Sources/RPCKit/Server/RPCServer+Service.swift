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
  /// On a graceful shutdown the listeners stop, connections without calls are closed, the others as soon as what has been
  /// read from them is answered, and what is left after the configuration's ``ServerConfiguration/drainTime`` is cut. When
  /// the task is cancelled, everything is cut at once.
  ///
  /// A `ServiceGroup` takes no notice of a second signal. Where one is to end the program at once, cancel the group:
  ///
  /// ```swift
  /// let signals = await UnixSignalsSequence(trapping: .sigterm)
  /// let running = Task { try await group.run() }
  /// Task { for await _ in signals.dropFirst() { running.cancel() } }
  /// try await running.value
  /// ```
  public func run() async {
    do {
      try await gracefulShutdown()
      await withTaskCancellationHandler {
        await close(draining: core.configuration.drainTime)
      } onCancel: {
        Task { await close() }
      }
    } catch {
      await close()
    }
  }
}

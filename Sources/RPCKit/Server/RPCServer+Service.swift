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
  /// A `ServiceGroup` takes no notice of a second signal. Where one is to end the program at once, the program makes the
  /// group without signals, and takes them itself, from `await UnixSignalsSequence(trapping: .sigterm)`:
  ///
  /// ```swift
  /// let running = Task { try await group.run() }
  /// Task {
  ///   var signals = signals.makeAsyncIterator()
  ///   if await signals.next() != nil { await group.triggerGracefulShutdown() }
  ///   if await signals.next() != nil { running.cancel() }
  /// }
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

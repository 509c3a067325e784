public import ServiceLifecycle

extension RPCClient: Service {
  /// Keeps the client until a graceful shutdown, lets the calls in flight finish, and closes it.
  ///
  /// For swift-service-lifecycle, whose `ServiceGroup` shuts its services down in the reverse order: a client that
  /// stands before what calls through it is closed after it.
  ///
  /// What is left after the configuration's ``ClientConfiguration/drainTime`` is cut. When the task is cancelled, everything
  /// is cut at once.
  public func run() async {
    do {
      try await gracefulShutdown()
      await withTaskCancellationHandler {
        try? await close(draining: configuration.drainTime)
      } onCancel: {
        Task { try? await close() }
      }
    } catch {
      try? await close()
    }
  }
}

import NIOCore

/// How a call ended, on its way back to its connection.
struct FinishedCall: Sendable {
  /// The slot of the ``CallTable``.
  let slot: Int

  let connection: NIOLoopBound<ServerConnection>

  /// The reply, or the error's text.
  let outcome: Result<Body, CallFailure>
}

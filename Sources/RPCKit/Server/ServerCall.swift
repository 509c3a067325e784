import NIOCore

/// A call that does not run in place: what its task has to know, and how the outcome comes back.
///
/// It passes through several hands and threads. As an object it has one reference count to keep, and its memory is given
/// back where it was taken.
final class ServerCall: Sendable {
  /// The slot of the ``CallTable``.
  let slot: Int
  let method: RegisteredMethod
  /// The argument.
  let body: Body
  let info: ConnectionInfo
  let connection: NIOLoopBound<ServerConnection>
  private let outbox: Outbox<FinishedCall>

  init(
    slot: Int,
    method: RegisteredMethod,
    body: Body,
    info: ConnectionInfo,
    connection: NIOLoopBound<ServerConnection>,
    outbox: Outbox<FinishedCall>
  ) {
    self.slot = slot
    self.method = method
    self.body = body
    self.info = info
    self.connection = connection
    self.outbox = outbox
  }

  /// Hands the outcome over to the connection.
  func finish(_ outcome: Result<Body, CallFailure>) {
    outbox.append(FinishedCall(call: self, outcome: outcome))
  }
}

/// How a call ended, on its way back to its connection.
struct FinishedCall: Sendable {
  let call: ServerCall
  /// The reply, or the error's text.
  let outcome: Result<Body, CallFailure>
}

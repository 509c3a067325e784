/// A call that has been started: await its ``reply``, or ``cancel()`` it.
///
/// The corresponding Go type is `rpc.Call`, whose `Done` channel may drop a completion; this cannot.
public struct RPCCall<Reply: Decodable & Sendable>: Sendable {
  /// The full name, `Service.Method`.
  public let serviceMethod: String

  private let call: StartedCall

  init(_ serviceMethod: String, _ call: StartedCall) {
    self.serviceMethod = serviceMethod
    self.call = call
  }

  /// The reply, once it has come.
  ///
  /// When the task that waits is cancelled, so is the call. It is decoded for each task that awaits it.
  ///
  /// - Throws: An ``RPCError``, as ``RPCClient/call(_:_:returning:timeout:)`` does, or ``RPCError/tooManyCalls``.
  public var reply: Reply {
    get async throws(RPCError) { try await call.result.get().reply() }
  }

  /// Gives the call up: whoever awaits its reply gets ``RPCError/cancelled``, unless the reply has come already.
  public func cancel() {
    call.giveUp()
  }
}

extension Body {
  /// Decodes a call's reply.
  func reply<Reply: Decodable>(as type: Reply.Type = Reply.self) throws(RPCError) -> Reply {
    do { return try decode(as: type) } catch { throw .replyNotDecodable(error) }
  }
}

/// A call that has been started: await its ``reply``, or ``cancel()`` it.
///
/// The corresponding Go type is `rpc.Call`, whose `Done` channel may drop a completion; this cannot.
public struct RPCCall<Reply: Sendable>: Sendable {
  /// The full name, `Service.Method`.
  public let serviceMethod: String

  private let slot: ReplySlot
  private let decode: @Sendable (Body) throws -> Reply
  private let giveUp: @Sendable () -> Void

  /// - Parameters:
  ///   - serviceMethod: The full name.
  ///   - slot: Where the reply arrives, or the error.
  ///   - decode: Makes the reply of its body, for each task that awaits it.
  ///   - giveUp: Makes the slot be completed with ``RPCError/cancelled``, unless it is completed already.
  init(
    serviceMethod: String,
    slot: ReplySlot,
    decode: @escaping @Sendable (Body) throws -> Reply,
    giveUp: @escaping @Sendable () -> Void
  ) {
    self.serviceMethod = serviceMethod
    self.slot = slot
    self.decode = decode
    self.giveUp = giveUp
  }

  /// The reply, once it has come.
  ///
  /// When the task that waits is cancelled, so is the call.
  ///
  /// - Throws: An ``RPCError``, as ``RPCClient/call(_:_:returning:timeout:)`` does, or ``RPCError/tooManyCalls``.
  public var reply: Reply {
    get async throws(RPCError) {
      let body = try await withTaskCancellationHandler {
        await slot.result()
      } onCancel: {
        giveUp()
      }.get()
      do { return try decode(body) } catch { throw .replyNotDecodable(error) }
    }
  }

  /// Gives the call up: whoever awaits its reply gets ``RPCError/cancelled``, unless the reply has come already.
  public func cancel() {
    giveUp()
  }
}

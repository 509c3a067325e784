/// A call that has been started: await its ``reply``, or ``cancel()`` it.
///
/// The corresponding Go type is `rpc.Call`, whose `Done` channel may drop a completion; this cannot.
public struct RPCCall<Reply: Sendable>: Sendable {
  /// The full name, `Service.Method`.
  public let serviceMethod: String

  private let slot: ReplySlot<Reply>
  private let giveUp: @Sendable () -> Void

  /// - Parameters:
  ///   - serviceMethod: The full name.
  ///   - slot: Where the reply arrives, or the error.
  ///   - giveUp: Makes the slot be completed with ``RPCError/cancelled``, unless it is completed already.
  init(serviceMethod: String, slot: ReplySlot<Reply>, giveUp: @escaping @Sendable () -> Void) {
    self.serviceMethod = serviceMethod
    self.slot = slot
    self.giveUp = giveUp
  }

  /// The reply, once it has come.
  ///
  /// When the task that waits is cancelled, so is the call.
  ///
  /// - Throws: An ``RPCError``.
  public var reply: Reply {
    get async throws(RPCError) {
      try await withTaskCancellationHandler {
        await slot.result()
      } onCancel: {
        giveUp()
      }.get()
    }
  }

  /// Gives the call up: whoever awaits its reply gets ``RPCError/cancelled``, unless the reply has come already.
  public func cancel() {
    giveUp()
  }
}

/// A call that has been started: await its ``reply``, or ``cancel()`` it.
///
/// The corresponding Go type is `rpc.Call`, whose `Done` channel may drop a completion; this cannot.
public struct RPCCall<Reply: Sendable>: Sendable {
  /// The full name, `Service.Method`.
  public let serviceMethod: String

  private let slot: ReplySlot<Reply>
  private let handle: Result<UInt64, RPCError>
  private let outbox: CallOutbox

  init(serviceMethod: String, slot: ReplySlot<Reply>, handle: Result<UInt64, RPCError>, outbox: CallOutbox) {
    self.serviceMethod = serviceMethod
    self.slot = slot
    self.handle = handle
    self.outbox = outbox
  }

  /// The reply, once it has come.
  ///
  /// When the task that waits is cancelled, so is the call.
  ///
  /// - Throws: An ``RPCError``.
  public var reply: Reply {
    get async throws(RPCError) {
      let sequence = try handle.get()
      return try await withTaskCancellationHandler { () async -> Result<Reply, RPCError> in
        do throws(RPCError) { return .success(try await slot.value()) } catch { return .failure(error) }
      } onCancel: {
        outbox.fail(sequence, with: .cancelled)
      }.get()
    }
  }

  /// Gives the call up: whoever awaits its reply gets ``RPCError/cancelled``, unless the reply has come already.
  public func cancel() {
    guard case .success(let sequence) = handle else { return }
    outbox.fail(sequence, with: .cancelled)
  }
}

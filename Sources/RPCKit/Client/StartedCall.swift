/// A call on its way, whatever its reply's type.
struct StartedCall: Sendable {
  /// Who carries it.
  enum Course: Sendable {
    /// It keeps the client: without it the connection would be closed under the call.
    case sent(SentCall, by: RPCClient)
    case intercepted(Task<Void, Never>)
    /// Nobody: it failed at its start.
    case ended
  }

  let slot: ReplySlot
  let course: Course

  init(_ slot: ReplySlot, _ course: Course) {
    self.slot = slot
    self.course = course
  }

  /// A call that failed at its start.
  init(failedWith error: RPCError) {
    self.init(ReplySlot(deadline: CallDeadline(after: .zero)), .ended)
    slot.complete(.failure(error))
  }

  /// The reply, once it has come, or why there is none.
  ///
  /// When the task that waits is cancelled, so is the call.
  nonisolated(nonsending) var result: ReplySlot.Arrived {
    get async {
      await slot.result { giveUp() }
    }
  }

  /// Makes the slot be completed with ``RPCError/cancelled``, unless it is completed already.
  func giveUp() {
    switch course {
    case .sent(let call, _): call.giveUp()
    case .intercepted(let task):
      // First: an interceptor that is cancelled may be quick to throw something else.
      slot.complete(.failure(.cancelled))
      task.cancel()
    case .ended: break
    }
  }
}

import Logging
import NIOCore

/// What happens because time passes.
///
/// One timer, set to the earliest of what it is waited for, serves all of it. A connection whose requests come whole and
/// whose methods have no time limit sets it once in a while, for ``WriteWatch``, however many calls it has.
extension ServerConnection {
  /// Sees to it that the time is looked at, then at the latest.
  func wake(at time: NIODeadline) {
    guard let context, time < .distantFuture else { return }
    if let alarm, alarm.time <= time { return }
    alarm?.timer.cancel()
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    let timer = context.eventLoop.scheduleTask(deadline: time) { connection.value.timeHasPassed() }
    alarm = (time, timer)
  }

  private func timeHasPassed() {
    alarm = nil
    guard let context else { return }
    let now = context.eventLoop.now
    if let lingersUntil, lingersUntil <= now { return context.close(promise: nil) }
    checkMessage(at: now)
    failCallsPastTheirLimit(at: now)
    checkWrites(context, at: now)
    for time in [lingersUntil, messageClock.deadline, calls.earliestDeadline] {
      if let time { wake(at: time) }
    }
    proceed()
  }

  // MARK: Messages

  /// What has come ends inside a message: its time runs while it is waited for.
  func noteUnfinishedMessage(_ context: ChannelHandlerContext) {
    guard input.isExhausted, state.wantsInput(outputHasRoom: outputHasRoom) else {
      return messageClock.pause(at: context.eventLoop.now)
    }
    guard messageClock.deadline == nil else { return }
    messageClock.run(at: context.eventLoop.now)
    if let deadline = messageClock.deadline { wake(at: deadline) }
  }

  private func checkMessage(at now: NIODeadline) {
    guard messageClock.isOver(at: now) else { return }
    messageClock.reset()
    guard let bytes = input.bytesOfUnfinishedMessage, let limit = core.configuration.messageTimeout else {
      return
    }
    info.logger.notice(
      "closing: a message was not finished in time",
      metadata: ["limit": "\(limit.text)", "bytes": "\(bytes)"]
    )
    state.refuse(.malformed(reason: WireText.messageTimedOut(after: limit), offset: bytes))
    input.clear()
  }

  // MARK: Calls

  private func failCallsPastTheirLimit(at now: NIODeadline) {
    for call in calls.takeExpired(at: now) {
      call.task?.cancel()
      state.callTimedOut()
      let limit = core.timeout(of: call.method) ?? .zero
      respond(to: call, with: .failure(CallFailure(text: WireText.methodTimedOut(after: limit))))
    }
  }

  // MARK: Writes

  /// Begins to look whether the peer takes what is written, if nobody does.
  func watchWrites(_ context: ChannelHandlerContext) {
    guard writeWatch.mustBegin(written: output.bytesWritten) else { return }
    wake(at: writeWatch.begin(at: context.eventLoop.now))
  }

  private func checkWrites(_ context: ChannelHandlerContext, at now: NIODeadline) {
    guard let limit = core.configuration.writeTimeout else { return }
    // A channel that does not tell has no limit.
    let waiting = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    switch writeWatch.look(written: output.bytesWritten, waiting: waiting, at: now) {
    case .isWritten: break
    case .isWaiting(let time): wake(at: time)
    case .isStalled:
      info.logger.notice(
        "closing: the peer does not read",
        metadata: ["limit": "\(limit.text)", "bytes": "\(waiting)"]
      )
      context.close(promise: nil)
    }
  }
}

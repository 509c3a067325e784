import NIOCore

/// From calls to responses.
extension ServerConnection {
  func start(_ method: RegisteredMethod, _ body: Body, for messageID: MessageID) {
    let execution = method.execution ?? core.configuration.execution
    let isIntercepted = !core.configuration.interceptors.isEmpty
    if execution == .eventLoop, !isIntercepted, let callInPlace = method.function.callInPlace {
      return call(method, in: callInPlace, body, for: messageID)
    }
    guard let outbox else { return }
    let context = RPCContext(serviceMethod: method.serviceMethod, connection: info)
    let bytes = body.bytes.readableBytes
    let isDecodedHere = !isIntercepted && bytes <= Self.largestArgumentDecodedInPlace
    let start = core.callStarted(method, info)
    let prepared: MethodFunction.PreparedCall?
    do { prepared = isDecodedHere ? try method.function.prepare(body) : nil } catch {
      return finish(method, .failure(error), for: messageID, requestBytes: bytes, since: start)
    }
    state.callStarted(bytes: bytes)
    let deadline = deadline(of: method)
    let slot = calls.insert(
      CallTable.Entry(messageID: messageID, method: method, bytes: bytes, start: start, deadline: deadline)
    )
    if let deadline { wake(at: deadline) }
    let task = task(execution) { [core] in
      let outcome = await core.run(method, body, context, prepared: prepared)
      outbox.append(FinishedCall(slot: slot, outcome: outcome))
    }
    calls.setTask(task, in: slot)
  }

  /// Calls a synchronous method here and now.
  private func call(
    _ method: RegisteredMethod,
    in function: MethodFunction.CallInPlace,
    _ body: Body,
    for messageID: MessageID
  ) {
    let start = core.callStarted(method, info)
    let context = RPCContext(serviceMethod: method.serviceMethod, connection: info)
    let outcome: Result<Body, CallFailure>
    replyBuffer.clear()
    // One large reply must not keep its memory for as long as the connection lives.
    defer { if replyBuffer.capacity > ServerOutput.pieceBytes { replyBuffer = ByteBuffer() } }
    do throws(CallFailure) {
      try function(body, context, &replyBuffer) { method.countCall() }
      outcome = .success(Body(bytes: replyBuffer, coder: body.coder))
    } catch {
      outcome = .failure(error)
    }
    finish(method, outcome, for: messageID, requestBytes: body.bytes.readableBytes, since: start)
  }

  /// When a call that starts now has to be finished.
  private func deadline(of method: RegisteredMethod) -> NIODeadline? {
    guard let limit = core.timeout(of: method), let context else { return nil }
    return context.eventLoop.now + TimeAmount(limit)
  }

  private func task(
    _ execution: MethodExecution,
    _ run: @escaping @Sendable () async -> Void
  ) -> Task<Void, Never> {
    switch execution {
    case .concurrent: Task(operation: run)
    case .blocking: Task(executorPreference: BlockingTaskExecutor.shared, operation: run)
    case .eventLoop: Task.immediate(executorPreference: eventLoopExecutor(), operation: run)
    }
  }

  private func eventLoopExecutor() -> EventLoopTaskExecutor? {
    if loopExecutor == nil, let context { loopExecutor = EventLoopTaskExecutor(context.eventLoop) }
    return loopExecutor
  }

  /// One turn of the outbox: writes what has been finished, goes on reading, and flushes once.
  func takeFinishedCalls() {
    outbox?.takeAll(into: &finished)
    for call in finished {
      guard let entry = calls.remove(call.slot) else { continue }
      state.callFinished(bytes: entry.bytes, isAnswered: entry.isAnswered)
      // What comes after a call's time limit is too late.
      if !entry.isAnswered { finish(entry, call.outcome) }
    }
    finished.removeAll(keepingCapacity: true)
    proceed()
  }

  func finish(_ call: CallTable.Entry, _ outcome: Result<Body, CallFailure>) {
    finish(call.method, outcome, for: call.messageID, requestBytes: call.bytes, since: call.start)
  }

  private func finish(
    _ method: RegisteredMethod,
    _ outcome: Result<Body, CallFailure>,
    for messageID: MessageID,
    requestBytes: Int,
    since start: NIODeadline?
  ) {
    let hasFailed = write(outcome, for: messageID, method.serviceMethod)
    core.callEnded(
      method,
      info,
      since: start,
      requestBytes: requestBytes,
      reply: hasFailed ? nil : try? outcome.get()
    )
  }

  /// - Returns: Whether an error was written.
  @discardableResult
  func write(
    _ outcome: Result<Body, CallFailure>,
    for messageID: MessageID,
    _ serviceMethod: String
  ) -> Bool {
    let error = writer.write(outcome, for: messageID, with: &codec, to: &output.bytes)
    if let error { info.logFailedCall(serviceMethod, error) }
    if let context { output.handOverPiece(to: context) }
    return error != nil
  }
}

import NIOCore

/// From calls to responses.
extension ServerConnection {
  /// Begins a call, in one of three ways.
  func begin(_ method: RegisteredMethod, _ body: Body, for messageID: MessageID) {
    let execution = method.execution ?? core.configuration.execution
    guard let function = method.function.callInPlace, core.configuration.interceptors.isEmpty else {
      return callInTask(execution, method, body, for: messageID)
    }
    switch execution {
    case .eventLoop: callInPlace(method, function, body, for: messageID)
    // A call with a time limit may be cancelled by itself, so it has a task of its own.
    case .concurrent where core.timeout(of: method) == nil:
      leaveToRunners(method, function, body, for: messageID)
    case .concurrent, .blocking: callInTask(execution, method, body, for: messageID)
    }
  }

  /// Calls a synchronous method here and now.
  private func callInPlace(
    _ method: RegisteredMethod,
    _ function: MethodFunction.CallInPlace,
    _ body: Body,
    for messageID: MessageID
  ) {
    let call = CallTable.Entry(
      messageID: messageID,
      method: method,
      bytes: body.bytes.readableBytes,
      start: core.callStarted(method, info)
    )
    defer { replyBuffer.empty() }
    respond(to: call, with: method.outcome(of: body, from: info, in: function, into: &replyBuffer))
  }

  /// Leaves a synchronous method to the ``CallRunners``.
  private func leaveToRunners(
    _ method: RegisteredMethod,
    _ function: @escaping MethodFunction.CallInPlace,
    _ body: Body,
    for messageID: MessageID
  ) {
    guard let call = enter(method, body, for: messageID, since: core.callStarted(method, info)) else {
      return
    }
    batch.append(CallRunners.Call(call: call, function: function))
  }

  /// Calls a method in a task of its own.
  private func callInTask(
    _ execution: MethodExecution,
    _ method: RegisteredMethod,
    _ body: Body,
    for messageID: MessageID
  ) {
    let context = RPCContext(serviceMethod: method.serviceMethod, connection: info)
    let bytes = body.bytes.readableBytes
    let isDecodedHere = core.configuration.interceptors.isEmpty && bytes <= Self.largestArgumentDecodedInPlace
    let start = core.callStarted(method, info)
    let prepared: MethodFunction.PreparedCall?
    do { prepared = isDecodedHere ? try method.function.prepare(body) : nil } catch {
      let call = CallTable.Entry(messageID: messageID, method: method, bytes: bytes, start: start)
      return respond(to: call, with: .failure(error))
    }
    guard let call = enter(method, body, for: messageID, since: start) else { return }
    let task = task(execution) { [core] in
      call.finish(await core.run(call.method, call.body, context, prepared: prepared))
    }
    calls.setTask(task, in: call.slot)
  }

  /// Enters a call that is about to start.
  ///
  /// - Returns: The call, or nil when the connection has ended.
  private func enter(
    _ method: RegisteredMethod,
    _ body: Body,
    for messageID: MessageID,
    since start: NIODeadline?
  ) -> ServerCall? {
    guard let (outbox, connection) = wayBack else { return nil }
    // A small argument of a large message counts as little as it is.
    let body = Body(bytes: body.bytes.withoutLargeSurroundings, coder: body.coder)
    let bytes = body.bytes.readableBytes
    let deadline = deadline(of: method)
    state.callStarted(bytes: bytes)
    if let deadline { wake(at: deadline) }
    let slot = calls.insert(
      CallTable.Entry(messageID: messageID, method: method, bytes: bytes, start: start, deadline: deadline)
    )
    return ServerCall(
      slot: slot,
      method: method,
      body: body,
      info: info,
      connection: connection,
      outbox: outbox
    )
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

  /// One turn of the outbox: writes what has been finished, then has each connection go on, which flushes.
  static func takeTurn(_ finishedCalls: [FinishedCall]) {
    for finished in finishedCalls { finished.call.connection.value.take(finished) }
    for finished in finishedCalls { finished.call.connection.value.proceedAfterCalls() }
  }

  private func take(_ finished: FinishedCall) {
    // Those of a connection that has ended are forgotten.
    guard let call = calls.remove(finished.call.slot) else { return }
    hasFinishedCalls = true
    state.callFinished(bytes: call.bytes, isAnswered: call.isAnswered)
    // What comes after a call's time limit is too late.
    if !call.isAnswered { respond(to: call, with: finished.outcome) }
  }

  private func proceedAfterCalls() {
    guard hasFinishedCalls else { return }
    hasFinishedCalls = false
    proceed()
  }

  /// Cancels what runs: nobody waits for it any more.
  func cancelCalls() {
    guard state.callsInFlight > 0 else { return }
    core.runners.cancelCalls(of: info)
    for entry in calls.entries where !entry.isAnswered {
      core.callEnded(entry.method, info, since: entry.start, requestBytes: entry.bytes, replyBytes: nil)
    }
    calls.cancelAll()
    batch.removeAll()
  }

  func respond(to call: CallTable.Entry, with outcome: Result<Body, CallFailure>) {
    let hasFailed = write(outcome, for: call.messageID, call.method.serviceMethod)
    core.callEnded(
      call.method,
      info,
      since: call.start,
      requestBytes: call.bytes,
      replyBytes: hasFailed ? nil : outcome.bodyBytes
    )
  }

  /// Writes a response.
  ///
  /// - Returns: Whether it is an error.
  @discardableResult
  func write(
    _ outcome: Result<Body, CallFailure>,
    for messageID: MessageID,
    _ serviceMethod: String
  ) -> Bool {
    let error = writer.write(outcome, for: messageID, with: &codec, to: &output.bytes)
    if let error { info.logFailedCall(serviceMethod, error) }
    if output.isEnoughToFlush { flush() }
    return error != nil
  }
}

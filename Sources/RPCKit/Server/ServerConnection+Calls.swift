import NIOCore

/// From calls to responses.
extension ServerConnection {
  func start(_ method: RegisteredMethod, _ body: Body, for messageID: MessageID) {
    let execution = method.execution ?? core.configuration.execution
    guard let function = method.function.callInPlace, core.configuration.interceptors.isEmpty else {
      return startTask(execution, method, body, for: messageID)
    }
    switch execution {
    case .eventLoop: call(method, in: function, body, for: messageID)
    // A call with a time limit may be cancelled by itself, so it has a task of its own.
    case .concurrent where core.timeout(of: method) == nil: handOver(method, function, body, for: messageID)
    case .concurrent, .blocking: startTask(execution, method, body, for: messageID)
    }
  }

  /// Leaves a synchronous method to the ``CallRunners``.
  private func handOver(
    _ method: RegisteredMethod,
    _ function: @escaping MethodFunction.CallInPlace,
    _ body: Body,
    for messageID: MessageID
  ) {
    let start = core.callStarted(method, info)
    guard let call = enter(method, body, for: messageID, since: start) else { return }
    batch.append(CallRunners.Call(call: call, function: function))
  }

  /// Calls a method in a task of its own.
  private func startTask(
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
      return finish(method, .failure(error), for: messageID, requestBytes: bytes, since: start)
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

  /// Calls a synchronous method here and now.
  private func call(
    _ method: RegisteredMethod,
    in function: MethodFunction.CallInPlace,
    _ body: Body,
    for messageID: MessageID
  ) {
    let start = core.callStarted(method, info)
    defer { replyBuffer.empty() }
    let outcome = method.outcome(of: body, from: info, in: function, into: &replyBuffer)
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

  /// One turn of the outbox: writes what has been finished, then has each connection go on, which flushes.
  static func take(_ finished: [FinishedCall]) {
    for finished in finished { finished.call.connection.value.take(finished) }
    for finished in finished { finished.call.connection.value.proceedAfterCalls() }
  }

  private func take(_ finished: FinishedCall) {
    // Those of a connection that has ended are forgotten.
    guard let entry = calls.remove(finished.call.slot) else { return }
    hasFinishedCalls = true
    state.callFinished(bytes: entry.bytes, isAnswered: entry.isAnswered)
    // What comes after a call's time limit is too late.
    if !entry.isAnswered { finish(entry, finished.outcome) }
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
      replyBytes: hasFailed ? nil : outcome.bodyBytes
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
    if output.isEnoughToFlush { flush() }
    return error != nil
  }
}

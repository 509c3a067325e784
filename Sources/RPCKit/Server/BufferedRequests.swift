import NIOCore

/// Requests that lie in a buffer, answered one after the other into another.
///
/// The corresponding Go function is `Server.ServeRequest`.
struct BufferedRequests {
  private var input: ByteBuffer
  private var output = ByteBuffer()
  private var codec: any ServerCodec
  private let core: ServerCore
  private let info: ConnectionInfo
  private let writer: ResponseWriter

  init(_ requests: ByteBuffer, core: ServerCore, info: ConnectionInfo) {
    self.input = requests
    self.codec = info.codec.makeServerCodec(core.configuration.messageLimits)
    self.core = core
    self.info = info
    self.writer = ResponseWriter(core.configuration)
  }

  /// Answers all requests, and returns the responses.
  mutating func responses() async -> ByteBuffer {
    while true {
      do throws(CodecError) {
        guard let header = try nextHeader() else { return output }
        try await answer(header)
      } catch  where error.reach == .message {
        write(.failure(CallFailure(text: error.description)), for: .absent, "")
      } catch {
        info.logRefusal(error)
        writer.write(refusal: error, with: &codec, to: &output)
        return output
      }
    }
  }

  private mutating func nextHeader() throws(CodecError) -> RequestHeader? {
    if let header = try codec.readRequestHeader(from: &input) { return header }
    guard input.readableBytes == 0 else {
      throw .malformed(reason: "unexpected end of input", offset: input.readableBytes)
    }
    return nil
  }

  /// - Throws: Only what leaves the rest of the requests without sense.
  private mutating func answer(_ header: RequestHeader) async throws(CodecError) {
    let method = Result { () throws(CallFailure) in try core.registry.method(named: header.serviceMethod) }
    let body: Result<Body, CallFailure>
    do throws(CodecError) { body = .success(try codec.readRequestBody()) } catch {
      guard error.reach == .message else { throw error }
      body = .failure(CallFailure(text: error.description))
    }
    switch (method, body) {
    case (.success(let method), .success(let body)): await call(method, body, for: header.messageID)
    case (.failure(let failure), _), (_, .failure(let failure)):
      write(.failure(failure), for: header.messageID, header.serviceMethod)
    }
  }

  private mutating func call(_ method: RegisteredMethod, _ body: Body, for messageID: MessageID) async {
    // Nobody waits for the answers any more.
    guard !Task.isCancelled else {
      write(.failure(CallFailure(text: WireText.callCancelled)), for: messageID, method.serviceMethod)
      return
    }
    let start = core.callStarted(method, info)
    let outcome = await outcome(of: method, body)
    let hasFailed = write(outcome, for: messageID, method.serviceMethod)
    core.callEnded(
      method,
      info,
      since: start,
      requestBytes: body.bytes.readableBytes,
      replyBytes: hasFailed ? nil : outcome.bodyBytes
    )
  }

  private func outcome(of method: RegisteredMethod, _ body: Body) async -> Result<Body, CallFailure> {
    let context = RPCContext(serviceMethod: method.serviceMethod, connection: info)
    let execution = method.execution ?? core.configuration.execution
    let executor: BlockingTaskExecutor? = execution == .blocking ? .shared : nil
    guard let limit = core.timeout(of: method) else {
      return await withTaskExecutorPreference(executor) { [core] in await core.run(method, body, context) }
    }
    return await outcome(within: limit, on: executor) { [core] in await core.run(method, body, context) }
  }

  /// Waits for a call no longer than its time limit, at which its task is cancelled and left to itself.
  private func outcome(
    within limit: Duration,
    on executor: BlockingTaskExecutor?,
    of call: @escaping @Sendable () async -> Result<Body, CallFailure>
  ) async -> Result<Body, CallFailure> {
    let (outcomes, outcome) = AsyncStream.makeStream(of: Result<Body, CallFailure>.self)
    let task = Task(executorPreference: executor) { outcome.yield(await call()) }
    let timer = Task {
      try await Task.sleep(for: limit)
      outcome.yield(.failure(CallFailure(text: WireText.methodTimedOut(after: limit))))
    }
    defer {
      task.cancel()
      timer.cancel()
    }
    for await first in outcomes { return first }
    return .failure(CallFailure(text: WireText.callCancelled))
  }

  /// - Returns: Whether an error was written.
  @discardableResult
  private mutating func write(
    _ outcome: Result<Body, CallFailure>,
    for messageID: MessageID,
    _ serviceMethod: String
  ) -> Bool {
    let error = writer.write(outcome, for: messageID, with: &codec, to: &output)
    if let error { info.logFailedCall(serviceMethod, error) }
    return error != nil
  }
}

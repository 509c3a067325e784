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
    do throws(CodecError) {
      while let header = try nextHeader() { await answer(header) }
    } catch {
      info.logRefusal(error)
      writer.write(refusal: error, with: &codec, to: &output)
    }
    return output
  }

  private mutating func nextHeader() throws(CodecError) -> RequestHeader? {
    if let header = try codec.readRequestHeader(from: &input) { return header }
    guard input.readableBytes == 0 else {
      throw .malformed(reason: "unexpected end of input", offset: input.readableBytes)
    }
    return nil
  }

  private mutating func answer(_ header: RequestHeader) async {
    do throws(CallFailure) {
      let method = try core.registry.method(named: header.serviceMethod)
      let body: Body
      do { body = try codec.readRequestBody() } catch { throw CallFailure(text: error.description) }
      await answer(header, method, body)
    } catch {
      write(.failure(error), header)
    }
  }

  private mutating func answer(_ header: RequestHeader, _ method: RegisteredMethod, _ body: Body) async {
    let start = core.callStarted(method, info)
    let outcome = await outcome(of: method, body)
    let hasFailed = write(outcome, header)
    core.callEnded(
      method,
      info,
      since: start,
      requestBytes: body.bytes.readableBytes,
      reply: hasFailed ? nil : try? outcome.get()
    )
  }

  private func outcome(of method: RegisteredMethod, _ body: Body) async -> Result<Body, CallFailure> {
    let context = RPCContext(serviceMethod: method.serviceMethod, connection: info)
    guard (method.execution ?? core.configuration.execution) == .blocking else {
      return await core.run(method, body, context)
    }
    return await withTaskExecutorPreference(BlockingTaskExecutor.shared) { [core] in
      await core.run(method, body, context)
    }
  }

  /// - Returns: Whether an error was written.
  @discardableResult
  private mutating func write(_ outcome: Result<Body, CallFailure>, _ header: RequestHeader) -> Bool {
    let error = writer.write(outcome, for: header.messageID, with: &codec, to: &output)
    if let error { info.logFailedCall(header.serviceMethod, error) }
    return error != nil
  }
}

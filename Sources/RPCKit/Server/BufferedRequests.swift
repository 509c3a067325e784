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

  init(_ requests: ByteBuffer, core: ServerCore, info: ConnectionInfo) {
    self.input = requests
    self.codec = info.codec.makeServerCodec(core.configuration.messageLimits)
    self.core = core
    self.info = info
  }

  /// Answers all requests, and returns the responses.
  mutating func responses() async -> ByteBuffer {
    let writer = ResponseWriter(core.configuration)
    while true {
      do throws(CodecError) {
        guard let header = try nextHeader() else { return output }
        let outcome = try await outcome(of: header)
        writer.write(outcome, for: header.messageID, with: &codec, to: &output)
      } catch  where error.reach == .message {
        writer.write(.failure(CallFailure(text: error.description)), for: .absent, with: &codec, to: &output)
      } catch {
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
  private mutating func outcome(of header: RequestHeader) async throws(CodecError) -> Result<
    Body, CallFailure
  > {
    let method = Result { () throws(CallFailure) in try core.registry.method(named: header.serviceMethod) }
    let body: Body
    do throws(CodecError) { body = try codec.readRequestBody() } catch {
      guard error.reach == .message else { throw error }
      return .failure(method.failure ?? CallFailure(text: error.description))
    }
    switch method {
    case .success(let method): return await outcome(of: method, body)
    case .failure(let failure): return .failure(failure)
    }
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
}

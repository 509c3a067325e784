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
    do throws(CodecError) {
      while let header = try nextHeader() {
        let outcome = await outcome(of: header)
        writer.write(outcome, for: header.messageID, with: &codec, to: &output)
      }
    } catch {
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

  private mutating func outcome(of header: RequestHeader) async -> Result<Body, CallFailure> {
    do throws(CallFailure) {
      let method = try core.registry.method(named: header.serviceMethod)
      let body: Body
      do { body = try codec.readRequestBody() } catch { throw CallFailure(text: error.description) }
      let context = RPCContext(serviceMethod: method.serviceMethod, connection: info)
      guard (method.execution ?? core.configuration.execution) == .blocking else {
        return await core.run(method, body, context)
      }
      return await withTaskExecutorPreference(BlockingTaskExecutor.shared) { [core] in
        await core.run(method, body, context)
      }
    } catch {
      return .failure(error)
    }
  }
}

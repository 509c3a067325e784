import NIOCore

/// A client's side of CONNECT: asks, checks the answer, and then leaves the connection to RPC.
final class HTTPConnectHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// Why the server did not connect us.
  enum Failure: Error, CustomStringConvertible {
    /// It answered with another status, or with another text.
    case unexpectedResponse(String)
    /// What it sent does not begin as HTTP does, or its head is not one.
    case malformedResponse
    case unexpectedEnd
    case timedOut(Duration)
    /// The path would not be one word of the request.
    case invalidPath(String)

    // Go: client.go, DialHTTPPath().
    var description: String {
      switch self {
      case .unexpectedResponse(let status): "unexpected HTTP response: \(LogText(status))"
      case .malformedResponse: "malformed HTTP response"
      case .unexpectedEnd: WireText.unexpectedEnd
      case .timedOut(let time): "no HTTP response within \(time.text)"
      case .invalidPath(let path): "not a path to CONNECT to: \(LogText(path))"
      }
    }
  }

  private let path: String
  private var connected: EventLoopPromise<Void>?
  private var input = ByteBuffer()

  /// - Parameters:
  ///   - path: The server's path for RPC.
  ///   - connected: Succeeds when the server has agreed. Its failure is a ``Failure``.
  init(path: String, connected: EventLoopPromise<Void>) {
    self.path = path
    self.connected = connected
  }

  func handlerAdded(context: ChannelHandlerContext) {
    let request = ByteBuffer(string: RPCConnect.request(path: path))
    let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
    context.writeAndFlush(wrapOutboundOut(request)).whenFailure { handler.value.finish(.failure($0)) }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    input.writeBuffer(&bytes)
    guard connected != nil else { return }
    // A server of another protocol may never send what would end a head.
    guard input.readableBytesView.beginsLike("HTTP/") else {
      return finish(.failure(Failure.malformedResponse))
    }
    do throws(HTTPHeadError) {
      guard let head = try HTTPHead.read(from: &input) else { return }
      finish(head)
    } catch {
      finish(.failure(Failure.malformedResponse))
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    finish(.failure(Failure.unexpectedEnd))
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    finish(.failure(error))
    context.fireErrorCaught(error)
  }

  /// The RPC client is on the channel: what came behind the head is its.
  func removeHandler(context: ChannelHandlerContext, removalToken: ChannelHandlerContext.RemovalToken) {
    if input.readableBytes > 0 {
      context.fireChannelRead(wrapInboundOut(input))
      context.fireChannelReadComplete()
    }
    context.leavePipeline(removalToken: removalToken)
  }

  /// Of the head only the status counts, all of it: any version and any fields pass (GO-BEHAVIOUR 61).
  private func finish(_ head: HTTPHead) {
    let status = head.startLine.drop { $0 != " " }.drop { $0 == " " }
    guard status == RPCConnect.expectedStatus else {
      return finish(.failure(Failure.unexpectedResponse(String(status))))
    }
    finish(.success(()))
  }

  private func finish(_ result: Result<Void, any Error>) {
    let promise = exchange(&connected, with: nil)
    promise?.completeWith(result)
  }
}

extension ByteBufferView {
  /// Whether it is a beginning of the text, or begins with it.
  fileprivate func beginsLike(_ text: String) -> Bool {
    zip(self, text.utf8).allSatisfy(==)
  }
}

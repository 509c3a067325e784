import NIOCore

/// A client's side of CONNECT: asks, checks the answer, and then leaves the connection to RPC.
final class HTTPConnectHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// Why the server did not connect us.
  enum Failure: Error, CustomStringConvertible {
    case unexpectedResponse(String)
    case unexpectedEnd

    // Go: client.go, DialHTTPPath().
    var description: String {
      switch self {
      case .unexpectedResponse(let status): "unexpected HTTP response: \(status)"
      case .unexpectedEnd: "unexpected EOF"
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
    context.writeAndFlush(wrapOutboundOut(request), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    input.writeBuffer(&bytes)
    guard connected != nil else { return }
    do throws(HTTPHeadError) {
      guard let head = try HTTPHead.read(from: &input) else { return }
      finish(head)
    } catch {
      finish(.failure(Failure.unexpectedResponse("\(error)")))
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

  private func finish(_ head: HTTPHead) {
    let (version, code, reason) = head.startLine
    let status = code + " " + reason
    guard version.hasPrefix("HTTP/"), status == RPCConnect.expectedStatus else {
      return finish(.failure(Failure.unexpectedResponse(status)))
    }
    finish(.success(()))
  }

  private func finish(_ result: Result<Void, any Error>) {
    let promise = exchange(&connected, with: nil)
    promise?.completeWith(result)
  }
}

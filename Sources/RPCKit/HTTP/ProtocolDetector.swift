import NIOCore

/// Looks at the first byte of a connection, and leaves the connection to RPC or to HTTP.
final class ProtocolDetector: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer

  private let offers: ListenerOffers
  private let addRPC: (any Channel) throws -> Void
  private let addHTTP: (any Channel) throws -> Void

  init(
    _ offers: ListenerOffers,
    addRPC: @escaping (any Channel) throws -> Void,
    addHTTP: @escaping (any Channel) throws -> Void
  ) {
    self.offers = offers
    self.addRPC = addRPC
    self.addHTTP = addHTTP
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let bytes = unwrapInboundIn(data)
    guard let first = bytes.getInteger(at: bytes.readerIndex, as: UInt8.self) else { return }
    let isHTTP = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first) && offers.includesHTTP
    guard isHTTP || offers.rpc else { return context.close(promise: nil) }
    do {
      try isHTTP ? addHTTP(context.channel) : addRPC(context.channel)
      context.fireChannelRead(data)
      context.pipeline.syncOperations.removeHandler(self, promise: nil)
    } catch {
      context.close(promise: nil)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    // The peer has ended its output before it said anything.
    if case ChannelEvent.inputClosed = event { return context.close(promise: nil) }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}

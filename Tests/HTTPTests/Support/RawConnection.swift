import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import RPCKit

/// A connection without a protocol: a test writes bytes, and reads what comes.
final class RawConnection: Sendable {
  private let channel: any Channel
  private let received: ReceivedText

  private init(_ channel: any Channel, _ received: ReceivedText) {
    self.channel = channel
    self.received = received
  }

  /// Connects, and reads what comes unless it is told not to.
  static func connect(to endpoint: Endpoint, reads: Bool = true) async throws -> RawConnection {
    guard case .tcp(let host, let port) = endpoint.asTCP else { throw NotTCP() }
    let received = ReceivedText()
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(.allowRemoteHalfClosure, value: true)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelOption(.autoRead, value: reads)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(InputCollector(received))
        }
      }
      .connect(host: host, port: port).get()
    return RawConnection(channel, received)
  }

  func send(_ text: String) async throws {
    try await channel.writeAndFlush(ByteBuffer(string: text)).get()
  }

  /// Ends our output: what `nc -N` does.
  func halfClose() async throws {
    try await channel.close(mode: .output).get()
  }

  /// Everything that has come and will come, up to the end or a reset.
  func readToEnd() async -> String {
    await received.text { _, hasEnded in hasEnded }
  }

  /// Everything that has come, once this text is in it.
  func read(through end: String) async -> String {
    await received.text { text, hasEnded in hasEnded || text.contains(end) }
  }

  func close() async {
    try? await channel.close().get()
  }

  struct NotTCP: Error {}
}

extension Endpoint {
  /// The port behind an HTTP endpoint.
  var asTCP: Endpoint {
    if case .http(let host, let port, _) = self { .tcp(host, port: port) } else { self }
  }

  var port: Int {
    switch self {
    case .tcp(_, let port), .tls(_, let port), .http(_, let port, _): port
    case .unix: 0
    }
  }
}

/// Sends a text over a connection of its own, ends the output if asked, and reads to the end.
func answer(to text: String, from endpoint: Endpoint, halfClosing: Bool = false) async throws -> String {
  let connection = try await RawConnection.connect(to: endpoint)
  try await connection.send(text)
  if halfClosing { try await connection.halfClose() }
  let answer = await connection.readToEnd()
  await connection.close()
  return answer
}

/// What a connection has received, and who waits for more.
final class ReceivedText: Sendable {
  private struct State {
    var text = ""
    var hasEnded = false
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state = NIOLockedValueBox(State())

  func append(_ text: String) { change { $0.text += text } }
  func end() { change { $0.hasEnded = true } }

  func text(when isEnough: (_ text: String, _ hasEnded: Bool) -> Bool) async -> String {
    while true {
      let state = state.withLockedValue { ($0.text, $0.hasEnded) }
      if isEnough(state.0, state.1) { return state.0 }
      await waitForChange(since: state)
    }
  }

  private func waitForChange(since before: (String, Bool)) async {
    await withCheckedContinuation { continuation in
      let hasChanged = state.withLockedValue { state in
        guard state.text.utf8.count == before.0.utf8.count, state.hasEnded == before.1 else { return true }
        state.waiting.append(continuation)
        return false
      }
      if hasChanged { continuation.resume() }
    }
  }

  private func change(_ body: (inout State) -> Void) {
    let waiting = state.withLockedValue { state in
      body(&state)
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }
}

private final class InputCollector: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let received: ReceivedText

  init(_ received: ReceivedText) { self.received = received }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    received.append(String(buffer: unwrapInboundIn(data)))
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case ChannelEvent.inputClosed = event { received.end() }
  }

  func channelInactive(context: ChannelHandlerContext) { received.end() }
  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

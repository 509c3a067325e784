import Logging
import NIOCore

/// One connection of a server: reads requests, starts their calls, and writes the responses.
///
/// It lives on its channel's event loop. ``ServerConnectionState`` decides; this carries out.
///
/// The corresponding Go function is `Server.ServeCodec`.
final class ServerConnection: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// Arguments of methods that have a task of their own are decoded on the event loop up to this size, larger ones where
  /// the method runs: decoding megabytes would hold up every connection of the loop.
  static let largestArgumentDecodedInPlace = 4096

  let core: ServerCore
  let info: ConnectionInfo
  let writer: ResponseWriter

  // No two accesses to one of these can overlap: each is one call of the codec or of the value itself, which do not know
  // the connection. The checks of that at run time cost half as much as the scanner.
  @exclusivity(unchecked) var codec: any ServerCodec
  @exclusivity(unchecked) var state: ServerConnectionState
  @exclusivity(unchecked) var input = ServerInput()

  let output = ServerOutput()

  private var hasSeenInput = false
  private var readIsHeldBack = false
  /// NIO may be about to say that the peer has ended its output.
  ///
  /// It says first that reading is complete, and does not expect a write to fail then, which closes the channel: an
  /// assertion fails. So nothing is written at that moment, but a turn later. A buffer that was not filled has no end
  /// behind it.
  private var endOfInputMayBeNext = true
  private var isProceeding = false

  var calls = CallTable()
  /// What has been read of calls for the ``CallRunners``, and is not handed over.
  var batch: [CallRunners.Call] = []
  /// How finished calls come back.
  var wayBack: (outbox: Outbox<FinishedCall>, connection: NIOLoopBound<ServerConnection>)?
  /// Calls have come back since the connection was looked after.
  var hasFinishedCalls = false
  /// Where methods that are called in place encode their replies, again and again.
  var replyBuffer = ByteBuffer()
  /// The method that was called last: most connections call one again and again.
  var lastMethod: RegisteredMethod?
  var loopExecutor: EventLoopTaskExecutor?

  var messageClock: MessageClock
  var writeWatch: WriteWatch
  var lingeringTime = Lingering.time
  var lingersUntil: NIODeadline?
  var alarm: (time: NIODeadline, timer: Scheduled<Void>)?

  /// Nil when nothing can be read or written any more.
  var context: ChannelHandlerContext?

  init(core: ServerCore, info: ConnectionInfo) {
    self.core = core
    self.info = info
    self.codec = info.codec.makeServerCodec(core.configuration.messageLimits)
    self.writer = ResponseWriter(core.configuration)
    self.state = ServerConnectionState(core.configuration)
    self.messageClock = MessageClock(limit: core.configuration.messageTimeout)
    self.writeWatch = WriteWatch(limit: core.configuration.writeTimeout)
  }

  /// What the debug page shows of the connection.
  var snapshot: ServerSnapshot.Connection {
    let now = NIODeadline.now()
    let calls = calls.entries.map { entry in
      let age = now - (entry.start ?? now)
      return ServerSnapshot.Call(
        method: entry.method.serviceMethod,
        ageMilliseconds: age.nanoseconds / 1_000_000
      )
    }
    return ServerSnapshot.Connection(
      peer: info.peer.description,
      codec: info.codec.name,
      callsInFlight: calls
    )
  }

  /// Answers the requests that have been read, and closes.
  func drain() {
    if state.callsInFlight == 0, input.bytes.readableBytes == 0 { lingeringTime = Lingering.timeWhenIdle }
    state.drain()
    proceed()
  }

  // MARK: Channel events

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    wayBack = (core.outbox(of: context.eventLoop), connection)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    end()
  }

  func channelInactive(context: ChannelHandlerContext) {
    end()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let bytes = unwrapInboundIn(data)
    guard state.keepsInput else {
      state.threwAway(bytes: bytes.readableBytes)
      return proceed()
    }
    if !hasSeenInput, let first = bytes.getInteger(at: bytes.readerIndex, as: UInt8.self) {
      hasSeenInput = true
      guard info.codec.admits(first) else {
        info.logger.info("refused: not this protocol", metadata: ["firstByte": "\(first)"])
        state.close()
        return proceed()
      }
    }
    endOfInputMayBeNext = bytes.writableBytes == 0
    input.append(bytes)
    readMessages()
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    if endOfInputMayBeNext {
      let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
      context.eventLoop.execute { connection.value.proceed() }
    } else {
      proceed()
    }
    endOfInputMayBeNext = true
    context.fireChannelReadComplete()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case ChannelEvent.inputClosed = event {
      state.inputEnded()
      proceed()
    }
    context.fireUserInboundEventTriggered(event)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    proceed()
    context.fireChannelWritabilityChanged()
  }

  /// The channel asks whether to read.
  ///
  /// Where more calls are not wanted now, it is told later.
  func read(context: ChannelHandlerContext) {
    guard state.wantsInput(outputHasRoom: outputHasRoom) else {
      readIsHeldBack = true
      return
    }
    context.read()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    info.logger.info("connection failed", metadata: ["reason": "\(LogText("\(error)"))"])
    context.close(promise: nil)
  }

  // MARK: Steps

  var outputHasRoom: Bool {
    guard let context else { return false }
    let maximum = max(1, core.configuration.maximumUnwrittenBytes)
    return context.channel.isWritable && output.bytes.readableBytes < maximum
  }

  /// Writes what there is, in the middle of a batch, after which the connection proceeds.
  ///
  /// Until then it does not, as in ``proceed()``.
  func flush() {
    guard let context else { return }
    let wasProceeding = exchange(&isProceeding, with: true)
    output.flush(to: context)
    isProceeding = wasProceeding
  }

  /// Does whatever is to be done now, until there is something to wait for.
  ///
  /// Writing tells of a full channel, and of one that has room again, while it writes. Those calls return at once: the
  /// loop looks again anyway, and a peer could make them as deep as the stack.
  func proceed() {
    guard !isProceeding else { return }
    isProceeding = true
    defer { isProceeding = false }
    while let context {
      readMessages()
      output.flush(to: context)
      switch state.next(outputHasRoom: outputHasRoom, inputIsExhausted: input.isExhausted) {
      case .read: continue
      case .sayLastWord(let error):
        sayLastWord(error, context)
        continue
      case .close: closeWhenWritten(context)
      case .wait: break
      }
      watchWrites(context)
      // Where what has come ends with a message, nobody looks at the clock.
      if input.bytes.readableBytes > 0 { noteUnfinishedMessage(context) }
      if readIsHeldBack, state.wantsInput(outputHasRoom: outputHasRoom) {
        readIsHeldBack = false
        context.read()
      }
      return
    }
  }
}

import Logging
import NIOCore

/// Lets a listener wait while the process has few file descriptors left.
///
/// A process that has none does not only fail to accept. libdispatch on Linux opens a file once a second while there is
/// work, and ends the process when it cannot; whatever a method wants to open cannot be opened either. So the last
/// descriptors are left to others. Who connects meanwhile waits in the system's queue.
final class DescriptorReserve: ChannelOutboundHandler {
  typealias OutboundIn = Never

  /// How long a listener waits before it looks again.
  private static let pause = TimeAmount.milliseconds(50)

  private let logger: Logger
  private var isWaiting = false
  private var line = RepeatedLine()

  init(logger: Logger) {
    self.logger = logger
  }

  /// The listener is about to accept: a few connections, where so many have come.
  func read(context: ChannelHandlerContext) {
    guard !isWaiting else { return }
    guard FileDescriptors.areScarce else { return context.read() }
    isWaiting = true
    if line.isDue(at: context.eventLoop.now) != nil {
      logger.warning("not accepting: few file descriptors are left")
    }
    lookLater(context)
  }

  private func lookLater(_ context: ChannelHandlerContext) {
    let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
    context.eventLoop.scheduleTask(in: Self.pause) {
      let (handler, context) = bound.value
      guard context.channel.isActive else { return }
      guard !FileDescriptors.areScarce else { return handler.lookLater(context) }
      handler.isWaiting = false
      context.read()
    }
  }
}

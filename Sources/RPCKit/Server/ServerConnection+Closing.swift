import Logging
import NIOCore

/// From the last response to the end.
extension ServerConnection {
  /// Says what was wrong, if anything was, in one line.
  ///
  /// Then the output is shut down, and the input thrown away for a while, so that the line arrives
  /// (``Lingering``).
  func sayLastWord(_ error: CodecError?, _ context: ChannelHandlerContext) {
    if let error { writer.write(refusal: error, with: &codec, to: &output.bytes) }
    state.saidLastWord()
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    output.flushToEnd(of: context).whenComplete { _ in
      connection.value.linger()
    }
  }

  /// The last word, and the answers before it, are with the system.
  private func linger() {
    guard let context else { return }
    context.close(mode: .output, promise: nil)
    let end = context.eventLoop.now + lingeringTime
    lingersUntil = end
    wake(at: end)
  }

  func closeWhenWritten(_ context: ChannelHandlerContext) {
    state.closed()
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    output.flushToEnd(of: context).whenComplete { _ in
      connection.value.context?.close(promise: nil)
    }
  }

  /// Nothing can be read or written any more.
  func end() {
    guard context != nil else { return }
    context = nil
    info.logger.info("disconnected", metadata: ["callsInFlight": "\(state.callsInFlight)"])
    state.closed()
    alarm?.timer.cancel()
    alarm = nil
    // It holds this connection.
    wayBack = nil
    cancelCalls()
    input.clear()
    output.bytes = ByteBuffer()
  }
}

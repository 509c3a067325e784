import NIOCore
import RPCKit

/// Takes whole messages off the front of a connection's input.
struct MessageReader {
  private var scanner: MessageScanner
  private let maximumIDBytes: Int

  init(limits: MessageLimits, accepting acceptance: MessageScanner.Acceptance) {
    self.scanner = MessageScanner(limits: limits, accepting: acceptance)
    self.maximumIDBytes = limits.maximumIDBytes
  }

  /// Where the members lie of the message that was read last.
  var envelope: Envelope { scanner.envelope }

  /// Reads the next message, once all of it is there.
  ///
  /// - Parameter input: What has arrived. White space in front of the message is consumed in any case, the message when
  ///   it is returned.
  /// - Returns: Exactly the message's bytes, sharing the input's storage, or nil when more are needed.
  /// - Throws: What is wrong with the message, with its id where that is known and matters. A message whose id is too long
  ///   has been consumed then.
  mutating func readMessage(from input: inout ByteBuffer) throws(CodecError) -> ByteBuffer? {
    if scanner.isComplete { scanner.reset() }
    if scanner.offset == 0 { skipWhitespace(of: &input) }
    do {
      let isComplete = try input.withUnsafeReadableBytes { bytes throws(ScanError) in
        try scanner.scan(bytes)
      }
      guard isComplete else { return nil }
    } catch {
      throw error.codecError(messageID: input.withUnsafeReadableBytes { MessageID(knownID, in: $0) })
    }
    let message = input.readSlice(length: scanner.offset)
    guard envelope.id.range.count <= maximumIDBytes else {
      throw .invalidBody(reason: "jsonrpc: id has more than \(maximumIDBytes) bytes")
    }
    return message
  }

  /// The id, as far as it can be repeated.
  private var knownID: Envelope.Value {
    envelope.id.range.count <= maximumIDBytes ? envelope.id : Envelope.Value()
  }

  /// Consumes what separates messages, which does not begin one.
  private func skipWhitespace(of input: inout ByteBuffer) {
    let count = input.withUnsafeReadableBytes { bytes in
      bytes.firstIndex { !$0.isJSONWhitespace } ?? bytes.count
    }
    input.moveReaderIndex(forwardBy: count)
  }
}

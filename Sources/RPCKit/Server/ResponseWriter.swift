import NIOCore

/// Writes responses so that every request gets one: a reply that cannot be sent becomes an error response.
///
/// Go sends nothing for a reply that it cannot encode, and the caller waits for ever (golang/go#71559).
struct ResponseWriter {
  private let allowsNullReplies: Bool
  private let maximumBytes: Int

  init(_ configuration: ServerConfiguration) {
    self.allowsNullReplies = configuration.allowsNullReplies
    self.maximumBytes = configuration.messageLimits.maximumBytes
  }

  /// Writes the response to one request.
  ///
  /// - Returns: The text of the error that was sent, if one was.
  @discardableResult
  func write(
    _ outcome: Result<Body, CallFailure>,
    for messageID: MessageID,
    with codec: inout any ServerCodec,
    to output: inout ByteBuffer
  ) -> String? {
    do throws(CallFailure) {
      switch outcome {
      case .success(let body):
        try check(body)
        try write(ResponseHeader(messageID: messageID), body, with: &codec, to: &output)
        return nil
      case .failure(let failure):
        // A method's text and an unknown method's name have any size.
        try write(ResponseHeader(messageID: messageID, error: failure.text), nil, with: &codec, to: &output)
        return failure.text
      }
    } catch {
      if case .success = outcome { return write(own: error.text, for: messageID, with: &codec, to: &output) }
      return write(own: WireText.errorTooLarge, for: messageID, with: &codec, to: &output)
    }
  }

  /// Writes one message, and takes it back if it is past the limit, at which the peer would end the connection.
  private func write(
    _ header: ResponseHeader,
    _ body: Body?,
    with codec: inout any ServerCodec,
    to output: inout ByteBuffer
  ) throws(CallFailure) {
    let start = output.writerIndex
    do { try codec.writeResponse(header, body, to: &output) } catch { throw CallFailure(.reply, error) }
    let bytes = output.writerIndex - start
    // What the library says itself is short, and is said however low the limit is.
    guard bytes > max(maximumBytes, header.error == nil ? 0 : 2 * ErrorText.maximumBytes) else { return }
    output.moveWriterIndex(to: start)
    throw CallFailure(text: WireText.replyTooLarge(bytes, maximum: maximumBytes))
  }

  /// Writes an error in words of the library's own, which are short.
  private func write(
    own text: String,
    for messageID: MessageID,
    with codec: inout any ServerCodec,
    to output: inout ByteBuffer
  ) -> String {
    // A codec that cannot write even this has nothing more to say to this caller.
    try? codec.writeResponse(ResponseHeader(messageID: messageID, error: text), nil, to: &output)
    return text
  }

  /// Writes why nothing more is read.
  func write(refusal error: CodecError, with codec: inout any ServerCodec, to output: inout ByteBuffer) {
    var messageID = MessageID.absent
    if case .limitExceeded(_, _, let id) = error { messageID = id }
    let text = WireText.cannotDecodeRequest + error.description
    _ = write(own: text, for: messageID, with: &codec, to: &output)
  }

  /// - Throws: Why the reply cannot be sent.
  private func check(_ body: Body) throws(CallFailure) {
    if !allowsNullReplies, body.isNull { throw CallFailure(text: WireText.nullReply) }
    guard body.bytes.readableBytes <= maximumBytes else {
      throw CallFailure(text: WireText.replyTooLarge(body.bytes.readableBytes, maximum: maximumBytes))
    }
  }
}

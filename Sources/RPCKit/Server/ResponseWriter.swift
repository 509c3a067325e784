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
      let body = try sendable(outcome.get())
      try write(ResponseHeader(messageID: messageID), body, with: &codec, to: &output)
      return nil
    } catch {
      return writeError(error.text, for: messageID, with: &codec, to: &output)
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

  /// Writes an error, or in its place that it is too large: a method's text and an unknown method's name have any size.
  private func writeError(
    _ text: String,
    for messageID: MessageID,
    with codec: inout any ServerCodec,
    to output: inout ByteBuffer
  ) -> String {
    do throws(CallFailure) {
      try write(ResponseHeader(messageID: messageID, error: text), nil, with: &codec, to: &output)
      return text
    } catch {
      // A codec that cannot write even this has nothing more to say to this caller.
      let header = ResponseHeader(messageID: messageID, error: WireText.errorTooLarge)
      try? codec.writeResponse(header, nil, to: &output)
      return WireText.errorTooLarge
    }
  }

  /// Writes why nothing more is read.
  func write(refusal error: CodecError, with codec: inout any ServerCodec, to output: inout ByteBuffer) {
    var messageID = MessageID.absent
    if case .limitExceeded(_, _, let id) = error { messageID = id }
    let failure = CallFailure(text: WireText.cannotDecodeRequest + error.description)
    write(.failure(failure), for: messageID, with: &codec, to: &output)
  }

  private func sendable(_ body: Body) throws(CallFailure) -> Body {
    if !allowsNullReplies, body.isNull { throw CallFailure(text: WireText.nullReply) }
    guard body.bytes.readableBytes <= maximumBytes else {
      throw CallFailure(text: WireText.replyTooLarge(body.bytes.readableBytes, maximum: maximumBytes))
    }
    return body
  }
}

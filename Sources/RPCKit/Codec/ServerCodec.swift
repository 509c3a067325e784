public import NIOCore

/// The server's side of a wire format on one connection.
///
/// A codec does no input or output: it reads from and writes to buffers. It belongs to one connection, whose event
/// loop calls it, so it needs no lock. Headers and bodies are read in pairs: each header that
/// ``readRequestHeader(from:)`` returns is followed by exactly one ``readRequestBody()``.
///
/// The corresponding Go type is `rpc.ServerCodec`.
public protocol ServerCodec {
  /// Reads the next request's header, once its whole message is there.
  ///
  /// The connection appends to `input` behind what is there and otherwise leaves it alone, so a codec may remember
  /// how far it has looked, counted from the reader index.
  ///
  /// - Parameter input: What has arrived and is not yet consumed. A codec that returns a header has moved the reader
  ///   index behind its whole message. One that returns nil may have skipped what separates messages, and leaves
  ///   the bytes of an unfinished message readable.
  /// - Returns: The header, or nil when more bytes are needed.
  /// - Throws: A ``CodecError``. With the reach ``CodecError/Reach/message`` the message has been consumed, no body
  ///   is read for it, and the next call reads the next message. With ``CodecError/Reach/connection`` the codec is
  ///   not called for reading again.
  mutating func readRequestHeader(from input: inout ByteBuffer) throws(CodecError) -> RequestHeader?

  /// Returns the body that belongs to the header that was read last.
  ///
  /// - Returns: The argument, still encoded. Dropping it discards it: Go's `ReadRequestBody(nil)`.
  /// - Throws: A ``CodecError`` that the caller gets as the text of an error response, the connection going on,
  ///   when its reach is ``CodecError/Reach/message``.
  mutating func readRequestBody() throws(CodecError) -> Body

  /// Appends one response to a buffer.
  ///
  /// - Parameters:
  ///   - header: Whose request is answered, and the error if there is one.
  ///   - body: The reply, or nil when the header has an error.
  ///   - output: Where the bytes go. When this throws, the buffer is as it was before.
  /// - Throws: A ``CodecError`` when the response cannot be written; an error response is then written in its place.
  mutating func writeResponse(
    _ header: ResponseHeader,
    _ body: Body?,
    to output: inout ByteBuffer
  ) throws(CodecError)
}

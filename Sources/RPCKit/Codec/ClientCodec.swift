public import NIOCore

/// The client's side of a wire format on one connection.
///
/// A codec does no input or output: it reads from and writes to buffers. It belongs to one connection, whose event
/// loop calls it, so it needs no lock. Headers and bodies are read in pairs: each header that ``readHeader(from:)``
/// returns is followed by exactly one ``readBody()``.
///
/// The corresponding Go type is `rpc.ClientCodec`.
public protocol ClientCodec {
  /// Appends one request to a buffer.
  ///
  /// - Parameters:
  ///   - header: The method, and the sequence number as the message id.
  ///   - body: The argument.
  ///   - output: Where the bytes go. When this throws, the buffer is as it was before.
  /// - Throws: A ``CodecError`` when the request cannot be written. Only its call fails.
  mutating func writeRequest(
    _ header: RequestHeader,
    _ body: Body,
    to output: inout ByteBuffer
  ) throws(CodecError)

  /// Reads the next message's header, once its whole message is there.
  ///
  /// The connection appends to `input` behind what is there and otherwise leaves it alone, so a codec may remember
  /// how far it has looked, counted from the reader index.
  ///
  /// - Parameter input: What has arrived and is not yet consumed. A codec that returns a header has moved the reader
  ///   index behind its whole message. One that returns nil may have skipped what separates messages, and leaves
  ///   the bytes of an unfinished message readable.
  /// - Returns: The header, or nil when more bytes are needed.
  /// - Throws: A ``CodecError``. With the reach ``CodecError/Reach/message`` the message has been consumed and is
  ///   ignored. With ``CodecError/Reach/connection`` the connection ends, and all its calls with it.
  mutating func readHeader(from input: inout ByteBuffer) throws(CodecError) -> IncomingHeader?

  /// Returns the body that belongs to the header that was read last.
  ///
  /// - Returns: The reply, or the argument of a request of the server's own, still encoded.
  /// - Throws: A ``CodecError``, with which the one call fails when its reach is ``CodecError/Reach/message``.
  mutating func readBody() throws(CodecError) -> Body

  /// Appends the response to a request of the server's own.
  ///
  /// The default implementation throws, for formats whose servers cannot send requests.
  ///
  /// - Parameters:
  ///   - header: Whose request is answered, and the error if there is one.
  ///   - body: The reply, or nil when the header has an error.
  ///   - output: Where the bytes go. When this throws, the buffer is as it was before.
  /// - Throws: A ``CodecError`` when the response cannot be written. Nothing is sent then.
  mutating func writeResponse(
    _ header: ResponseHeader,
    _ body: Body?,
    to output: inout ByteBuffer
  ) throws(CodecError)
}

/// What a client can receive: the response to a call, or a request of the server's own.
public enum IncomingHeader: Sendable, Hashable {
  /// The response to a call. Its message id is the call's sequence number, or matches no call and is ignored.
  case response(ResponseHeader)

  /// A request of the server's own, such as the `echo` by which ovsdb-server probes idle clients (RFC 7047, 4.1.11).
  case request(RequestHeader)
}

extension ClientCodec {
  /// Throws: the servers of most formats send no requests.
  public mutating func writeResponse(
    _ header: ResponseHeader,
    _ body: Body?,
    to output: inout ByteBuffer
  ) throws(CodecError) {
    throw .unencodable(reason: "this codec's servers send no requests")
  }
}

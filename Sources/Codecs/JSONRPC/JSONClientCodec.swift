import NIOCore
import RPCKit

/// The client's side of Go's JSON-RPC 1.0 on one connection, with any engine for the bodies.
///
/// Where Go's client dies of a reply that is whole but odd, this one fails the call concerned, or ignores the message.
/// The corresponding Go type is the one that `jsonrpc.NewClientCodec` returns.
struct JSONClientCodec: ClientCodec {
  private let coder: any BodyCoder
  private let limits: MessageLimits
  private var reader: MessageReader

  /// The message whose header was read and whose body was not.
  private var message: ByteBuffer?

  init(coder: any BodyCoder, limits: MessageLimits) {
    self.coder = coder
    self.limits = limits
    self.reader = MessageReader(limits: limits, accepting: .anyValue)
  }

  mutating func writeRequest(
    _ header: RequestHeader,
    _ body: Body,
    to output: inout ByteBuffer
  ) throws(CodecError) {
    try output.writeJSONRequest(header, body.bytes, limits: limits)
  }

  mutating func readHeader(from input: inout ByteBuffer) throws(CodecError) -> IncomingHeader? {
    message = nil
    guard let message = try reader.readMessage(from: &input) else { return nil }
    let envelope = reader.envelope
    guard envelope.message.kind == .object else {
      throw .invalidBody(reason: "jsonrpc: message is not an object")
    }
    let header = try message.withUnsafeReadableBytes { bytes throws(CodecError) in
      envelope.method.isPresent
        ? IncomingHeader.request(try requestHeader(envelope, in: bytes))
        : .response(responseHeader(envelope, in: bytes))
    }
    self.message = message
    return header
  }

  mutating func readBody() throws(CodecError) -> Body {
    let envelope = reader.envelope
    guard let message = message.take() else {
      throw .invalidBody(reason: "jsonrpc: no message was read")
    }
    if envelope.method.isPresent {
      // All of the params, so that an `echo` can be answered with them: RFC 7047, 4.1.11.
      let params = envelope.params.isPresent ? envelope.params.slice(of: message) : nil
      return Body(bytes: params ?? ByteBuffer(staticString: "[]"), coder: coder)
    }
    if let result = envelope.result.slice(of: message) {
      return Body(bytes: result, coder: coder)
    }
    guard envelope.error.isPresent else {
      throw .invalidBody(reason: "jsonrpc: response has no result")
    }
    return Body(bytes: ByteBuffer(staticString: "null"), coder: coder)
  }

  mutating func writeResponse(
    _ header: ResponseHeader,
    _ body: Body?,
    to output: inout ByteBuffer
  ) throws(CodecError) {
    try output.writeJSONResponse(header, body?.bytes)
  }

  private func requestHeader(
    _ envelope: Envelope,
    in message: UnsafeRawBufferPointer
  ) throws(CodecError) -> RequestHeader {
    guard let method = envelope.method.string(in: message) else {
      throw .invalidBody(reason: "jsonrpc: method is not a string")
    }
    return RequestHeader(serviceMethod: method, messageID: MessageID(envelope.id, in: message))
  }

  private func responseHeader(_ envelope: Envelope, in message: UnsafeRawBufferPointer) -> ResponseHeader {
    ResponseHeader(
      messageID: MessageID(envelope.id, in: message),
      error: envelope.error.isPresent ? errorText(envelope.error, in: message) : nil
    )
  }

  /// The text of an error that is not null: a string's content, and any other value as it stands in the JSON.
  private func errorText(_ error: Envelope.Value, in message: UnsafeRawBufferPointer) -> String {
    guard let text = error.string(in: message) else { return error.rawText(in: message) }
    return text.isEmpty ? "unspecified error" : text  // Go: jsonrpc/client.go, ReadResponseHeader
  }
}

import NIOCore
import RPCKit

// Whole messages, members in Go's order, each followed by one line feed. (Go: encoding/json, Encoder.Encode)
extension ByteBuffer {
  /// Writes `{"method":"Arith.Add","params":[BODY],"id":0}`.
  mutating func writeJSONRequest(
    _ header: RequestHeader,
    _ body: Body,
    limits: MessageLimits
  ) throws(CodecError) {
    try writeMessage(with: body, limits: limits) { output in
      output.writeStaticString(#"{"method":"#)
      output.writeJSON(header.serviceMethod)
      output.writeStaticString(#","params":["#)
      output.writeImmutableBuffer(body.bytes)
      output.writeStaticString(#"],"id":"#)
      output.writeJSON(header.messageID)
      output.writeStaticString("}")
    }
  }

  /// Writes `{"id":0,"result":BODY,"error":null}`, or `{"id":0,"result":null,"error":"TEXT"}`.
  mutating func writeJSONResponse(
    _ header: ResponseHeader,
    _ body: Body?,
    limits: MessageLimits
  ) throws(CodecError) {
    let reply = header.error == nil ? body : nil
    try writeMessage(with: reply, limits: limits) { output in
      output.writeStaticString(#"{"id":"#)
      output.writeJSON(header.messageID)
      output.writeStaticString(#","result":"#)
      if let reply {
        output.writeImmutableBuffer(reply.bytes)
      } else {
        output.writeStaticString("null")
      }
      output.writeStaticString(#","error":"#)
      if let error = header.error {
        output.writeJSON(error)
      } else {
        output.writeStaticString("null")
      }
      output.writeStaticString("}")
    }
  }

  /// Writes one message, or nothing when it cannot be sent.
  ///
  /// One that is too large for this end would be too large for its peer as well, which would end the connection;
  /// so only the one call fails.
  private mutating func writeMessage(
    with body: Body?,
    limits: MessageLimits,
    _ write: (inout ByteBuffer) -> Void
  ) throws(CodecError) {
    if let body {
      guard body.bytes.readableBytes > 0 else {
        throw .unencodable(reason: "jsonrpc: body is not a JSON value")
      }
      // Seen before it is copied.
      guard body.bytes.readableBytes <= limits.maximumBytes else { throw .tooLarge(limits) }
    }
    let start = writerIndex
    write(&self)
    guard writerIndex - start <= limits.maximumBytes else {
      moveWriterIndex(to: start)
      throw .tooLarge(limits)
    }
    writeStaticString("\n")
  }
}

extension CodecError {
  fileprivate static func tooLarge(_ limits: MessageLimits) -> CodecError {
    .unencodable(reason: "jsonrpc: message has more than \(limits.maximumBytes) bytes")
  }
}

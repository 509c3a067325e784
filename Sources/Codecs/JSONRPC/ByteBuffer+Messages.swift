import NIOCore
import RPCKit

// Whole messages, members in Go's order, each followed by one line feed. (Go: encoding/json, Encoder.Encode)
extension ByteBuffer {
  /// Writes `{"method":"Arith.Add","params":[BODY],"id":0}`.
  mutating func writeJSONRequest(
    _ header: RequestHeader,
    _ argument: ByteBuffer,
    limits: MessageLimits
  ) throws(CodecError) {
    let room =
      argument.readableBytes + JSONWriter.room(forString: header.serviceMethod)
      + JSONWriter.room(for: header.messageID)
    try writeMessage(with: argument, room: room, maximumBytes: limits.maximumBytes) { writer in
      writer.write(#"{"method":"#)
      writer.write(string: header.serviceMethod)
      writer.write(#","params":["#)
      writer.write(argument)
      writer.write(#"],"id":"#)
      writer.write(header.messageID)
      writer.write("}")
    }
  }

  /// Writes `{"id":0,"result":BODY,"error":null}`, or `{"id":0,"result":null,"error":"TEXT"}`.
  ///
  /// How large it may be is for the server to say, which has to answer in any case.
  mutating func writeJSONResponse(_ header: ResponseHeader, _ reply: ByteBuffer?) throws(CodecError) {
    let reply = header.error == nil ? reply : nil
    let room =
      (reply?.readableBytes ?? 0) + (header.error.map(JSONWriter.room(forString:)) ?? 0)
      + JSONWriter.room(for: header.messageID)
    try writeMessage(with: reply, room: room) { writer in
      writer.write(#"{"id":"#)
      writer.write(header.messageID)
      writer.write(#","result":"#)
      if let reply { writer.write(reply) } else { writer.write("null") }
      writer.write(#","error":"#)
      if let error = header.error { writer.write(string: error) } else { writer.write("null") }
      writer.write("}")
    }
  }

  /// Writes one message, or nothing when it cannot be sent.
  ///
  /// One that is too large for this end would be too large for its peer as well, which would end the connection;
  /// so only the one call fails.
  private mutating func writeMessage(
    with body: ByteBuffer?,
    room: Int,
    maximumBytes: Int = .max,
    _ write: (inout JSONWriter) -> Void
  ) throws(CodecError) {
    guard body?.readableBytes != 0 else { throw .unencodable(reason: "jsonrpc: body is not a JSON value") }
    // Seen before it is copied.
    guard body?.readableBytes ?? 0 <= maximumBytes else { throw .tooLarge(maximumBytes) }
    // The rest of the envelope has less than forty bytes, and the line feed one.
    try writeWithUnsafeMutableBytes(minimumWritableBytes: room + 41) { target throws(CodecError) in
      var writer = JSONWriter(target)
      write(&writer)
      guard writer.count <= maximumBytes else { throw .tooLarge(maximumBytes) }
      writer.write("\n")
      return writer.count
    }
  }
}

extension CodecError {
  fileprivate static func tooLarge(_ maximumBytes: Int) -> CodecError {
    .unencodable(reason: "jsonrpc: message has more than \(maximumBytes) bytes")
  }
}

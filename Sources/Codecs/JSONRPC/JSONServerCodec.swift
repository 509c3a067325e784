import NIOCore
import RPCKit

/// The server's side of Go's JSON-RPC 1.0 on one connection, with any engine for the bodies.
///
/// The corresponding Go type is the one that `jsonrpc.NewServerCodec` returns.
struct JSONServerCodec: ServerCodec {
  private let coder: any BodyCoder
  private var reader: MessageReader

  /// The message whose header was read and whose body was not.
  private var message: ByteBuffer?

  /// The method that was called last: a connection usually calls few.
  private var lastMethod = ""

  /// Methods with longer names are not kept.
  private static let longestKeptMethod = 256

  init(coder: any BodyCoder, limits: MessageLimits) {
    self.coder = coder
    self.reader = MessageReader(limits: limits, accepting: .messages)
  }

  mutating func readRequestHeader(from input: inout ByteBuffer) throws(CodecError) -> RequestHeader? {
    message = nil
    guard let message = try reader.readMessage(from: &input) else { return nil }
    let envelope = reader.envelope
    let header = try message.withUnsafeReadableBytes { bytes throws(CodecError) in
      RequestHeader(
        serviceMethod: try serviceMethod(envelope.method, in: bytes),
        messageID: MessageID(envelope.id, in: bytes)
      )
    }
    self.message = message
    return header
  }

  mutating func readRequestBody() throws(CodecError) -> Body {
    // Go: jsonrpc/server.go, errMissingParams
    guard let message = message.take(), reader.envelope.params.isPresent else {
      throw .invalidBody(reason: "jsonrpc: request body missing params")
    }
    guard reader.envelope.params.kind == .array else {
      throw .invalidBody(reason: "jsonrpc: params is not an array")
    }
    // As in Go, further elements are ignored, and an empty array leaves it to the argument's type.
    let argument = reader.envelope.firstParameter.slice(of: message) ?? ByteBuffer(staticString: "null")
    return Body(bytes: argument, coder: coder)
  }

  mutating func writeResponse(
    _ header: ResponseHeader,
    _ body: Body?,
    to output: inout ByteBuffer
  ) throws(CodecError) {
    try output.writeJSONResponse(header, body?.bytes)
  }

  /// The method's name, empty when the request has none, which the server then answers as ill-formed.
  private mutating func serviceMethod(
    _ method: Envelope.Value,
    in message: UnsafeRawBufferPointer
  ) throws(CodecError) -> String {
    guard method.isPresent else { return "" }
    guard let content = method.stringContent(in: message) else {
      throw .malformed(reason: "method is not a string", offset: method.start)
    }
    if !method.hasEscapes, lastMethod.hasSameUTF8(as: content) { return lastMethod }
    let name = method.string(in: message) ?? ""
    if content.count <= Self.longestKeptMethod { lastMethod = name }
    return name
  }
}

extension String {
  /// Compares by bytes: two spellings of a name that only look alike are two names.
  fileprivate func hasSameUTF8(as bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard utf8.count == bytes.count else { return false }
    let isSame = utf8.withContiguousStorageIfAvailable { own in
      own.indices.allSatisfy { own[$0] == bytes[$0] }
    }
    return isSame ?? false
  }
}

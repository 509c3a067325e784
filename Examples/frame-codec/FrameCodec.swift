import Foundation
import NIOCore
public import RPCKit

/// A codec that is not JSON: each message is one frame, and values travel as binary property lists.
///
///     length   kind   id    text length   text                  body
///     u32      u8     u64   u16           method, or error      the rest
///
/// Integers are big-endian; the length counts what follows it. The kind is 0 for a request, 1 for a reply,
/// 2 for an error and 3 for an error that answers no request in particular.
struct FrameCodec: ClientCodec, ServerCodec {
  private enum Kind: UInt8 { case request, reply, error, errorToNobody }

  private let limits: MessageLimits
  private var body = ByteBuffer()

  init(limits: MessageLimits) {
    self.limits = limits
  }

  // MARK: The client's side

  mutating func writeRequest(
    _ header: RequestHeader,
    _ body: Body,
    to output: inout ByteBuffer
  ) throws(CodecError) {
    try write(.request, header.messageID, header.serviceMethod, body.bytes, to: &output)
  }

  mutating func readHeader(from input: inout ByteBuffer) throws(CodecError) -> IncomingHeader? {
    guard let (kind, id, text) = try readFrame(from: &input) else { return nil }
    switch kind {
    case .request: return .request(RequestHeader(serviceMethod: text, messageID: id))
    case .reply: return .response(ResponseHeader(messageID: id))
    case .error: return .response(ResponseHeader(messageID: id, error: text))
    case .errorToNobody: return .response(ResponseHeader(messageID: .absent, error: text))
    }
  }

  mutating func readBody() throws(CodecError) -> Body {
    Body(bytes: body, coder: PropertyListCoder())
  }

  // MARK: The server's side

  mutating func readRequestHeader(from input: inout ByteBuffer) throws(CodecError) -> RequestHeader? {
    guard let (kind, id, text) = try readFrame(from: &input) else { return nil }
    guard kind == .request else { throw .malformed(reason: "a client sends requests only", offset: 4) }
    return RequestHeader(serviceMethod: text, messageID: id)
  }

  mutating func readRequestBody() throws(CodecError) -> Body {
    try readBody()
  }

  mutating func writeResponse(
    _ header: ResponseHeader,
    _ body: Body?,
    to output: inout ByteBuffer
  ) throws(CodecError) {
    let kind: Kind =
      header.error == nil ? .reply : header.messageID == .absent ? .errorToNobody : .error
    try write(kind, header.messageID, header.error ?? "", body?.bytes ?? ByteBuffer(), to: &output)
  }

  // MARK: Frames

  /// Everything is checked before the first byte is written, so that a failed write leaves nothing behind.
  private func write(
    _ kind: Kind,
    _ id: MessageID,
    _ text: String,
    _ body: ByteBuffer,
    to output: inout ByteBuffer
  ) throws(CodecError) {
    guard let textLength = UInt16(exactly: text.utf8.count),
      let length = UInt32(exactly: 11 + text.utf8.count + body.readableBytes)
    else {
      throw .unencodable(reason: "a name of at most 65,535 bytes and a message below 4 GiB fit a frame")
    }
    output.writeInteger(length)
    output.writeInteger(kind.rawValue)
    output.writeInteger(id.sequence ?? 0)
    output.writeInteger(textLength)
    output.writeString(text)
    output.writeImmutableBuffer(body)
  }

  /// Takes a frame out of the input once all of it is there; its body waits for ``readBody()``.
  private mutating func readFrame(
    from input: inout ByteBuffer
  ) throws(CodecError) -> (Kind, MessageID, String)? {
    guard let length = input.getInteger(at: input.readerIndex, as: UInt32.self) else { return nil }
    guard length <= limits.maximumBytes else {
      throw .limitExceeded(.bytes, maximum: limits.maximumBytes, messageID: .absent)
    }
    guard input.readableBytes >= 4 + Int(length) else { return nil }
    input.moveReaderIndex(forwardBy: 4)
    guard var frame = input.readSlice(length: Int(length)),
      let (kindByte, id, textLength) = frame.readMultipleIntegers(as: (UInt8, UInt64, UInt16).self),
      let kind = Kind(rawValue: kindByte),
      let textBytes = frame.readSlice(length: Int(textLength)),
      let text = String(validating: textBytes.readableBytesView, as: UTF8.self)
    else { throw .malformed(reason: "not a frame", offset: 4) }
    body = frame
    return (kind, MessageID(id), text)
  }
}

/// Values as binary property lists.
///
/// A list cannot be a bare number or string, so each value stands in an array.
struct PropertyListCoder: BodyCoder {
  func encode(_ value: some Encodable, into output: inout ByteBuffer) throws {
    let encoder = PropertyListEncoder()
    encoder.outputFormat = .binary
    output.writeBytes(try encoder.encode([value]))
  }

  func decode<Value: Decodable>(_ bytes: ByteBuffer, as type: Value.Type) throws -> Value {
    let values = try PropertyListDecoder().decode([Value].self, from: Data(bytes.readableBytesView))
    guard let value = values.first else {
      throw DecodingError.valueNotFound(type, .init(codingPath: [], debugDescription: "an empty list"))
    }
    return value
  }
}

extension Codec {
  /// Frames with property lists: `codec: .frame`.
  public static let frame = Codec(
    name: "frame",
    coder: PropertyListCoder(),
    makeClientCodec: { FrameCodec(limits: $0) },
    makeServerCodec: { FrameCodec(limits: $0) }
  )
}

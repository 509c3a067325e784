import Foundation
import NIOCore
import RPCKit

/// A text format for tests, one message in a line, in which everything that can go wrong can be written down.
///
/// | line | what it is |
/// |---|---|
/// | `7 Arith.Add {"A":1,"B":2}` | a request; `-` in the place of the 7 is an absent id, and other text an id of bytes |
/// | `7 Arith.Add` | a request without a body |
/// | `7 = 56`, `7 ! text` | a success and an error |
/// | `7 > echo 1` | a request that a server sends to its client |
/// | `?text` | a message that fails alone |
/// | `#text` | something malformed |
///
/// A request of the method `unwritable` and a reply of `"unwritable"` cannot be written. A body of `#text` ends the
/// connection. Whoever does not read each header's body gets an error that says so.
enum LineCodec {
  static func messageID(_ text: Substring) -> MessageID {
    if text == "-" { return .absent }
    return UInt64(text).map(MessageID.init) ?? MessageID(bytes: text.utf8)
  }

  static func text(_ id: MessageID) -> String {
    if let sequence = id.sequence { return String(sequence) }
    return id.bytes.map { String(decoding: $0, as: UTF8.self) } ?? "-"
  }

  /// The next line without its end, or nil while that has not come.
  static func line(in input: inout ByteBuffer, _ limits: MessageLimits) throws(CodecError) -> String? {
    let length = input.lengthOfLine
    guard (length ?? input.readableBytes) <= limits.maximumBytes else {
      throw .limitExceeded(.bytes, maximum: limits.maximumBytes, messageID: .absent)
    }
    guard let length, let line = input.readString(length: length) else { return nil }
    input.moveReaderIndex(forwardBy: 1)
    if line.hasPrefix("#") { throw .malformed(reason: String(line.dropFirst()), offset: 0) }
    if line.hasPrefix("?") { throw .invalidBody(reason: String(line.dropFirst())) }
    return line
  }

  static func body(_ text: Substring?) throws(CodecError) -> Body {
    guard let text else { throw .invalidBody(reason: "no body") }
    if text.hasPrefix("#") { throw .malformed(reason: String(text.dropFirst()), offset: 0) }
    return Body(bytes: ByteBuffer(substring: text), coder: LineCoder())
  }

  static func write(_ header: ResponseHeader, _ body: Body?, to output: inout ByteBuffer) throws(CodecError) {
    if let body, body.bytes == ByteBuffer(string: #""unwritable""#) {
      throw .unencodable(reason: "a reply that cannot be written")
    }
    output.writeString(text(header.messageID) + (header.error == nil ? " = " : " ! "))
    output.writeString(header.error ?? "")
    if let body { output.writeImmutableBuffer(body.bytes) }
    output.writeString("\n")
  }
}

struct LineServerCodec: ServerCodec {
  let limits: MessageLimits
  private var body: Substring?
  private var bodyIsUnread = false

  init(_ limits: MessageLimits) {
    self.limits = limits
  }

  mutating func readRequestHeader(from input: inout ByteBuffer) throws(CodecError) -> RequestHeader? {
    guard !bodyIsUnread else { throw .malformed(reason: "the body before was not read", offset: 0) }
    guard let line = try LineCodec.line(in: &input, limits) else { return nil }
    let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count > 1 else { throw .malformed(reason: "expected an id and a method", offset: 0) }
    body = parts.count > 2 ? parts[2] : nil
    bodyIsUnread = true
    return RequestHeader(serviceMethod: String(parts[1]), messageID: LineCodec.messageID(parts[0]))
  }

  mutating func readRequestBody() throws(CodecError) -> Body {
    bodyIsUnread = false
    return try LineCodec.body(body)
  }

  mutating func writeResponse(
    _ header: ResponseHeader,
    _ body: Body?,
    to output: inout ByteBuffer
  ) throws(CodecError) {
    try LineCodec.write(header, body, to: &output)
  }
}

struct LineClientCodec: ClientCodec {
  let limits: MessageLimits
  private var body: Substring?
  private var bodyIsUnread = false

  init(_ limits: MessageLimits) {
    self.limits = limits
  }

  mutating func writeRequest(
    _ header: RequestHeader,
    _ body: Body,
    to output: inout ByteBuffer
  ) throws(CodecError) {
    guard header.serviceMethod != "unwritable" else { throw .unencodable(reason: "cannot be written") }
    output.writeString("\(LineCodec.text(header.messageID)) \(header.serviceMethod) ")
    output.writeImmutableBuffer(body.bytes)
    output.writeString("\n")
  }

  mutating func readHeader(from input: inout ByteBuffer) throws(CodecError) -> IncomingHeader? {
    guard !bodyIsUnread else { throw .malformed(reason: "the body before was not read", offset: 0) }
    guard let line = try LineCodec.line(in: &input, limits) else { return nil }
    let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count > 1 else { throw .malformed(reason: "expected an id and a sign", offset: 0) }
    let id = LineCodec.messageID(parts[0])
    let rest = parts.count > 2 ? parts[2] : nil
    body = nil
    bodyIsUnread = true
    switch parts[1] {
    case "=": body = rest
    case "!": return .response(ResponseHeader(messageID: id, error: String(rest ?? "")))
    case ">":
      let request = (rest ?? "").split(separator: " ", maxSplits: 1)
      body = request.count > 1 ? request[1] : nil
      return .request(RequestHeader(serviceMethod: String(request.first ?? ""), messageID: id))
    default: throw .malformed(reason: "unknown sign", offset: 0)
    }
    return .response(ResponseHeader(messageID: id))
  }

  mutating func readBody() throws(CodecError) -> Body {
    bodyIsUnread = false
    return try LineCodec.body(body)
  }

  mutating func writeResponse(
    _ header: ResponseHeader,
    _ body: Body?,
    to output: inout ByteBuffer
  ) throws(CodecError) {
    try LineCodec.write(header, body, to: &output)
  }
}

struct LineCoder: BodyCoder {
  func encode(_ value: some Encodable, into output: inout ByteBuffer) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    output.writeBytes(try encoder.encode(value))
  }

  func decode<Value: Decodable>(_ bytes: ByteBuffer, as type: Value.Type) throws -> Value {
    try JSONDecoder().decode(type, from: Data(bytes.readableBytesView))
  }

  func isNull(_ bytes: ByteBuffer) -> Bool {
    bytes == ByteBuffer(string: "null")
  }
}

extension ByteBuffer {
  /// How many bytes stand before the first line feed, if there is one.
  var lengthOfLine: Int? {
    withUnsafeReadableBytes { bytes in
      guard let base = bytes.baseAddress, let end = memchr(base, 0x0A, bytes.count) else { return nil }
      return UnsafeRawPointer(end) - base
    }
  }
}

extension Codec {
  /// The line format, which admits no connection that begins with an upper-case letter.
  static let line = Codec(
    name: "line",
    coder: LineCoder(),
    admits: { !(UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) },
    makeClientCodec: LineClientCodec.init,
    makeServerCodec: LineServerCodec.init
  )
}

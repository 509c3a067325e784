import Codecs
import NIOCore
import RPCKit
import Testing

/// An engine under test.
///
/// A new one joins every suite by one line in ``all``.
struct Engine: Sendable, CustomTestStringConvertible {
  let name: String
  let coder: any BodyCoder

  static let foundation = Engine(name: "Foundation", coder: FoundationJSONCoder())
  static let native = Engine(name: "native", coder: NativeJSONCoder())
  #if Jansson
    static let jansson = Engine(name: "jansson", coder: JanssonCoder())
    static let all = [foundation, jansson, native]
  #else
    static let all = [foundation, native]
  #endif

  var testDescription: String { name }

  func encode(_ value: some Encodable) throws -> String {
    var output = ByteBuffer()
    try coder.encode(value, into: &output)
    return String(buffer: output)
  }

  func decode<Value: Decodable>(_ json: String, as type: Value.Type = Value.self) throws -> Value {
    try coder.decode(ByteBuffer(string: json), as: type)
  }

  func decode<Value: Decodable>(_ json: [UInt8], as type: Value.Type = Value.self) throws -> Value {
    try coder.decode(ByteBuffer(bytes: json), as: type)
  }

  /// Checks that a value has this JSON, up to the order of members, and comes back from it.
  func expect<Value: Codable & Equatable>(
    _ value: Value,
    isWritten json: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let written = try encode(value)
    #expect(CanonicalJSON.sorted(written) == CanonicalJSON.sorted(json), sourceLocation: sourceLocation)
    #expect(try decode(written, as: Value.self) == value, sourceLocation: sourceLocation)
  }
}

/// What kind of error it was, and where: what a caller can rely on, whatever the engine says of it.
struct ErrorKind: Equatable, CustomStringConvertible {
  var description: String

  init(_ error: any Error) {
    switch error {
    case DecodingError.typeMismatch(_, let context):
      description = "typeMismatch" + Self.text(context.codingPath)
    case DecodingError.valueNotFound(_, let context):
      description = "valueNotFound" + Self.text(context.codingPath)
    case DecodingError.keyNotFound(let key, let context):
      description = "keyNotFound(\(key.stringValue))" + Self.text(context.codingPath)
    case DecodingError.dataCorrupted(let context):
      description = "dataCorrupted" + Self.text(context.codingPath)
    case EncodingError.invalidValue(_, let context):
      description = "invalidValue" + Self.text(context.codingPath)
    default: description = "\(error)"
    }
  }

  private static func text(_ path: [any CodingKey]) -> String {
    path.map { key in key.intValue.map { " [\($0)]" } ?? " .\(key.stringValue)" }.joined()
  }

  /// The kind of error that something throws, or nil when it does not.
  static func of(_ body: () throws -> Void) -> String? {
    do {
      try body()
      return nil
    } catch {
      return ErrorKind(error).description
    }
  }
}

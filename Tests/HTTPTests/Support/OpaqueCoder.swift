import NIOCore
import RPCKit

/// A coder of a format that no browser can show.
struct OpaqueCoder: BodyCoder {
  func encode(_ value: some Encodable, into output: inout ByteBuffer) throws {}

  func decode<Value: Decodable>(_ bytes: ByteBuffer, as type: Value.Type) throws -> Value {
    throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "opaque"))
  }
}

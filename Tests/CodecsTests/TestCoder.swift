import Foundation
import NIOCore
import RPCKit

@testable import Codecs

/// The smallest engine, for tests of what stands in front of engines.
struct TestCoder: BodyCoder {
  func encode(_ value: some Encodable, into output: inout ByteBuffer) throws {
    output.writeBytes(try JSONEncoder().encode(value))
  }

  func decode<Value: Decodable>(_ bytes: ByteBuffer, as type: Value.Type) throws -> Value {
    try JSONDecoder().decode(type, from: Data(bytes.readableBytesView))
  }
}

extension Body {
  /// The body's bytes as text.
  var text: String {
    String(buffer: bytes)
  }
}

/// A body of bytes that nobody checks.
func body(_ text: String) -> Body {
  Body(bytes: ByteBuffer(string: text), coder: TestCoder())
}

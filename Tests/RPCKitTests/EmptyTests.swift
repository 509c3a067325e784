import NIOCore
import RPCKit
import Testing

@Suite(.timeLimit(.minutes(1)))
struct EmptyTests {
  private func body(_ text: String, _ codec: Codec) -> Body {
    Body(bytes: ByteBuffer(string: text), coder: codec.coder)
  }

  @Test(arguments: Codec.allForTests)
  func `it is written as an object without members`(codec: Codec) throws {
    let body = try Body(encoding: Empty(), coder: codec.coder)

    #expect(String(buffer: body.bytes) == "{}")
  }

  @Test(arguments: Codec.allForTests, ["{}", "[]", "null", #"{"A":7}"#])
  func `it reads null, an object and an empty array`(codec: Codec, text: String) {
    let body = body(text, codec)

    #expect(throws: Never.self) { try body.decode(as: Empty.self) }
  }

  @Test(arguments: Codec.allForTests, ["[1]", "[null]", "7", "0", #""x""#, "true", "false"])
  func `it reads nothing else`(codec: Codec, text: String) {
    let body = body(text, codec)

    #expect(throws: DecodingError.self) { try body.decode(as: Empty.self) }
  }
}

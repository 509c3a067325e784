import RPCKit
import Testing

@Suite(.timeLimit(.minutes(1)))
struct CodecErrorTests {
  @Test(arguments: [
    (CodecError.malformed(reason: "x", offset: 0), CodecError.Reach.connection),
    (.limitExceeded(.bytes, maximum: 1, messageID: .absent), .connection),
    (.invalidBody(reason: "x"), .message),
    (.unencodable(reason: "x"), .message),
  ])
  func `an error says how far it reaches`(error: CodecError, expected: CodecError.Reach) {
    let reach = error.reach

    #expect(reach == expected)
  }

  @Test(arguments: [
    (CodecError.malformed(reason: "invalid character 'x'", offset: 12), "invalid character 'x' at byte 12"),
    (.limitExceeded(.bytes, maximum: 4096, messageID: .absent), "message has more than 4096 bytes"),
    (.limitExceeded(.depth, maximum: 128, messageID: .absent), "message has more than 128 levels of nesting"),
    (.limitExceeded(.values, maximum: 9, messageID: .absent), "message has more than 9 values"),
    (
      .limitExceeded(.numberBytes, maximum: 9, messageID: .absent),
      "message has more than 9 bytes in one number"
    ),
    (.invalidBody(reason: "jsonrpc: request body missing params"), "jsonrpc: request body missing params"),
    (.unencodable(reason: "x"), "x"),
  ])
  func `an error's text is one line`(error: CodecError, expected: String) {
    let text = String(describing: error)

    #expect(text == expected)
  }
}

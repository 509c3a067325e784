import NIOCore
import Testing

@testable import RPCKit

@Suite(.timeLimit(.minutes(1)))
struct ResponseWriterTests {
  private var output = ByteBuffer()
  private var codec: any ServerCodec = LineServerCodec(MessageLimits())

  private mutating func write(
    _ outcome: Result<Body, CallFailure>,
    _ change: (inout ServerConfiguration) -> Void = { _ in }
  ) -> String {
    var configuration = ServerConfiguration()
    change(&configuration)
    ResponseWriter(configuration).write(outcome, for: MessageID(7), with: &codec, to: &output)
    return String(buffer: output)
  }

  private func reply(_ text: String) -> Result<Body, CallFailure> {
    .success(Body(bytes: ByteBuffer(string: text), coder: LineCoder()))
  }

  @Test mutating func `a reply is written under its request's id`() {
    let line = write(reply("56"))

    #expect(line == "7 = 56\n")
  }

  @Test mutating func `a failure is written as its text`() {
    let line = write(.failure(CallFailure(text: "divide by zero")))

    #expect(line == "7 ! divide by zero\n")
  }

  // DESIGN.md, 7: a Go client takes a null result for the end of the connection.
  @Test mutating func `a reply of null becomes an error`() {
    let line = write(reply("null"))

    #expect(line == "7 ! \(WireText.nullReply)\n")
  }

  @Test mutating func `a reply of null is sent where that is allowed`() {
    let line = write(reply("null")) { $0.allowsNullReplies = true }

    #expect(line == "7 = null\n")
  }

  @Test mutating func `a reply that the codec cannot write becomes an error`() {
    let line = write(reply(#""unwritable""#))

    #expect(line == "7 ! rpc: cannot encode reply: a reply that cannot be written\n")
  }

  @Test mutating func `a reply past the limit becomes an error that says both sizes`() {
    let line = write(reply("123456789")) { $0.messageLimits.maximumBytes = 8 }

    #expect(line == "7 ! rpc: cannot encode reply: it takes 9 bytes, and the limit is 8\n")
  }

  @Test mutating func `the envelope counts, because the peer's limit is one of messages`() {
    let fits = write(reply("123456789")) { $0.messageLimits.maximumBytes = 14 }
    output.clear()

    let line = write(reply("123456789")) { $0.messageLimits.maximumBytes = 13 }

    #expect(fits == "7 = 123456789\n")
    #expect(line == "7 ! rpc: cannot encode reply: it takes 14 bytes, and the limit is 13\n")
  }

  @Test
  mutating func `an error text past the limit is replaced, because it would end the client's connection`() {
    let text = String(repeating: "x", count: 2000)

    let line = write(.failure(CallFailure(text: text))) { $0.messageLimits.maximumBytes = 500 }

    #expect(line == "7 ! \(WireText.errorTooLarge)\n")
  }

  @Test mutating func `an error of the library is sent however low the limit is`() {
    let text = String(repeating: "x", count: 512)

    let line = write(.failure(CallFailure(text: text))) { $0.messageLimits.maximumBytes = 8 }

    #expect(line == "7 ! \(text)\n")
  }

  @Test mutating func `what was written before stays when a reply cannot be written`() {
    output.writeString("6 = 1\n")

    let lines = write(reply(#""unwritable""#))

    #expect(lines.hasPrefix("6 = 1\n7 ! "))
  }

  @Test mutating func `a refusal carries the id of the message where that is known`() {
    let writer = ResponseWriter(ServerConfiguration())

    writer.write(refusal: .malformed(reason: "bad", offset: 3), with: &codec, to: &output)
    writer.write(
      refusal: .limitExceeded(.bytes, maximum: 9, messageID: MessageID(8)),
      with: &codec,
      to: &output
    )

    let expected = """
      - ! rpc: server cannot decode request: bad at byte 3
      8 ! rpc: server cannot decode request: message has more than 9 bytes

      """
    #expect(String(buffer: output) == expected)
  }
}

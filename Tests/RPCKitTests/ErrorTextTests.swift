import NIOCore
import Testing

@testable import RPCKit

@Suite(.timeLimit(.minutes(1)))
struct ErrorTextTests {
  private struct Secret: Codable {
    var inner: Inner

    struct Inner: Codable { var number: Int }
  }

  private func decodingError(_ json: String) -> any Error {
    let body = Body(bytes: ByteBuffer(string: json), coder: LineCoder())
    return Result { try body.decode(as: Secret.self) }.error ?? Nothing()
  }

  private struct Nothing: Error {}

  private struct Spoken: Error, CustomStringConvertible {
    let description: String
  }

  @Test func `a server error's text is sent as it is, whatever its length`() {
    let long = String(repeating: "x", count: 10_000)

    let text = ErrorText.thrown(ServerError(long))

    #expect(text == long)
  }

  @Test func `another error is sent as its description`() {
    let text = ErrorText.thrown(Spoken(description: "no such file"))

    #expect(text == "no such file")
  }

  // Go would take an empty text for a success: GO-BEHAVIOUR.md, 25.
  @Test(arguments: [ServerError("") as any Error, Spoken(description: "")])
  func `an empty text is replaced`(error: any Error) {
    let text = ErrorText.thrown(error)

    #expect(text == "unspecified error")
  }

  @Test(arguments: [
    (#"{}"#, "rpc: cannot decode argument: missing member inner"),
    (#"{"inner":{}}"#, "rpc: cannot decode argument: missing member number"),
    (#"{"inner":{"number":"x"}}"#, "rpc: cannot decode argument: wrong type for member number"),
    (#"{"inner":{"number":null}}"#, "rpc: cannot decode argument: unexpected null for member number"),
    (#"{"inner":[]}"#, "rpc: cannot decode argument: wrong type for member inner"),
    (#"7"#, "rpc: cannot decode argument: wrong type"),
  ])
  func `an argument that does not fit is explained without a dump of types`(json: String, expected: String) {
    let error = decodingError(json)

    let text = ErrorText.argument(error)

    #expect(text == expected)
  }

  @Test func `an element is named by its place`() {
    let body = Body(bytes: ByteBuffer(string: #"[1,2,"x"]"#), coder: LineCoder())
    let error = Result { try body.decode(as: [Int].self) }.error ?? Nothing()

    let text = ErrorText.argument(error)

    #expect(text == "rpc: cannot decode argument: wrong type at element 2")
  }

  @Test func `what a type's own decoding or encoding throws is not shown`() {
    let error = Spoken(description: "Secret(password: \"payload\")")

    #expect(ErrorText.argument(error) == "rpc: cannot decode argument: invalid value")
    #expect(ErrorText.reply(error) == "rpc: cannot encode reply: invalid value")
  }

  @Test func `a server error that a type's own decoding throws is for the peer`() {
    let text = ErrorText.argument(ServerError("A must be positive"))

    #expect(text == "rpc: cannot decode argument: A must be positive")
  }

  @Test func `a reply that cannot be encoded is explained in a line`() {
    let error = Result { try Body(encoding: Double.nan, coder: LineCoder()) }.error ?? Nothing()

    let text = ErrorText.reply(error)

    #expect(text.hasPrefix("rpc: cannot encode reply: "))
    #expect(!text.contains("EncodingError"))
    #expect(!text.contains("\n"))
  }

  @Test(arguments: ["x", "é", "€", "🧮", "e\u{301}"], 0..<8)
  func `a text of the library has at most 512 bytes, and no character is cut in two`(
    character: String,
    shift: Int
  ) {
    let long = String(repeating: "-", count: shift) + String(repeating: character, count: 1000)

    let text = ErrorText.argument(ServerError(long))

    #expect(text.utf8.count <= 512)
    #expect(text.utf8.count > 490)
    #expect(!text.unicodeScalars.contains("\u{FFFD}"))
    #expect(text.hasSuffix("…"))
  }
}

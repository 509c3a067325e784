import NIOCore
import Testing

@testable import RPCKit

struct HTTPHeadTests {
  @Test(arguments: [
    "CONNECT /_goRPC_ HTTP/1.0\n\n",
    "CONNECT /_goRPC_ HTTP/1.0\r\n\r\n",
    "CONNECT /_goRPC_ HTTP/1.0\r\n\n",
    "CONNECT /_goRPC_ HTTP/1.0\n\r\n",
  ])
  func `lines end in a line feed, with or without a carriage return`(text: String) throws {
    var input = ByteBuffer(string: text)

    let head = try HTTPHead.read(from: &input)

    #expect(head?.startLine == "CONNECT /_goRPC_ HTTP/1.0")
    #expect(head?.fieldLines == [])
    #expect(input.readableBytes == 0)
  }

  @Test func `a head is read whole wherever it is split, and what follows it stays`() throws {
    let head = "GET /debug/rpc HTTP/1.1\r\nHost: localhost\nAccept: */*\r\n\r\n"
    let text = head + #"{"method":"Arith.Multiply"}"#
    for split in 1..<head.utf8.count {
      var input = ByteBuffer(bytes: text.utf8.prefix(split))

      let early = try HTTPHead.read(from: &input)
      input.writeBytes(text.utf8.dropFirst(split))
      let late = try HTTPHead.read(from: &input)

      #expect(early == nil)
      #expect(late?.fieldLines == ["Host: localhost", "Accept: */*"])
      #expect(String(buffer: input) == #"{"method":"Arith.Multiply"}"#)
    }
  }

  @Test(arguments: ["\0", "\u{1}", "\u{1B}", "\u{7F}", "\r"])
  func `a control character is refused`(character: String) {
    for text in ["GET /\(character) HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nA: \(character)b\r\n\r\n"] {
      var input = ByteBuffer(string: text)

      #expect(throws: HTTPHeadError.malformed("a control character")) { try HTTPHead.read(from: &input) }
    }
  }

  @Test func `two carriage returns before a line feed are no empty line`() {
    var input = ByteBuffer(string: "GET / HTTP/1.1\r\n\r\r\n\r\n")

    #expect(throws: HTTPHeadError.malformed("a control character")) { try HTTPHead.read(from: &input) }
  }

  @Test func `8,192 bytes are a head, and 8,193 are too long`() throws {
    let start = "GET / HTTP/1.1\r\nA: "
    let longest = start + String(repeating: "a", count: 8192 - start.utf8.count - 4) + "\r\n\r\n"
    var input = ByteBuffer(string: longest)
    var tooLong = ByteBuffer(string: "a" + longest)
    var endless = ByteBuffer(repeating: UInt8(ascii: "A"), count: 8192)

    #expect(try HTTPHead.read(from: &input) != nil)
    #expect(throws: HTTPHeadError.tooLong) { try HTTPHead.read(from: &tooLong) }
    #expect(throws: HTTPHeadError.tooLong) { try HTTPHead.read(from: &endless) }
  }
}

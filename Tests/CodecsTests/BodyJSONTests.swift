import NIOCore
import RPCKit
import Testing

@testable import Codecs

struct BodyJSONTests {
  private func body(_ text: String, limits: MessageLimits = MessageLimits()) throws(CodecError) -> Body {
    try Body(json: text.utf8, coder: TestCoder(), limits: limits)
  }

  @Test(arguments: [
    ("1", "1"), (" 1 ", "1"), ("\r\n{ \"a\" :\n1 }\t", "{ \"a\" :\n1 }"), ("null", "null"),
    (#""x""#, #""x""#), ("[1,2]", "[1,2]"),
    ("123456789012345678901234567890.10", "123456789012345678901234567890.10"), ("-0", "-0"),
    ("true", "true"),
  ])
  func `a value is taken as it is spelled, without the white space around it`(text: String, expected: String)
    throws
  {
    #expect(try body(text).text == expected)
  }

  @Test(arguments: [
    ("", "unexpected end of JSON input", 0), ("  \n", "unexpected end of JSON input", 3),
    ("[1", "unexpected end of JSON input", 2),
    (" [1", "unexpected end of JSON input", 3), ("-", "unexpected end of JSON input", 1),
    ("1.", "unexpected end of JSON input", 2),
    ("1e+ ", "unexpected end of JSON input", 3), (#""abc"#, "unexpected end of JSON input", 4),
    ("nul", "unexpected end of JSON input", 3),
    ("  x", "invalid character 'x' looking for beginning of value", 2),
    ("1 2", "invalid character '2' after top-level value", 2),
    (" 01", "invalid character '1' after top-level value", 2),
    ("{} {}", "invalid character '{' after top-level value", 3),
    ("[1,]", "invalid character ']' looking for beginning of value", 3),
  ])
  func `what is not one value is refused, with the byte`(text: String, reason: String, offset: Int) {
    #expect(throws: CodecError.malformed(reason: reason, offset: offset)) { try body(text) }
  }

  @Test func `limits hold, and white space does not count`() throws {
    let limits = MessageLimits(maximumBytes: 6, maximumDepth: 2, maximumValues: 3, maximumNumberBytes: 4)

    _ = try body("  1234 ", limits: limits)
    _ = try body(#" "abc" "#, limits: limits)
    #expect(throws: CodecError.limitExceeded(.bytes, maximum: 6, messageID: .absent)) {
      try body("\"abcde\"", limits: limits)
    }
    #expect(throws: CodecError.limitExceeded(.depth, maximum: 2, messageID: .absent)) {
      try body("[[[]]", limits: limits)
    }
    #expect(throws: CodecError.limitExceeded(.values, maximum: 3, messageID: .absent)) {
      try body("[1,2,3", limits: limits)
    }
    #expect(throws: CodecError.limitExceeded(.numberBytes, maximum: 4, messageID: .absent)) {
      try body("12345", limits: limits)
    }
  }

  @Test func `a buffer's storage is shared and its reader index respected`() throws {
    var buffer = ByteBuffer(string: "skip [1] ")
    buffer.moveReaderIndex(forwardBy: 4)

    let body = try Body(json: buffer, coder: TestCoder())

    #expect(body.text == "[1]")
    #expect(try body.decode(as: [Int].self) == [1])
  }
}

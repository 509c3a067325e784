import NIOCore
import RPCKit
import Testing

@testable import Codecs

struct ByteBufferJSONTests {
  @Test(arguments: [
    ("", #""""#), ("plain ASCII/", #""plain ASCII/""#), (#"a"b\c"#, #""a\"b\\c""#),
    ("<a href='x'>&</a>", #""\u003ca href='x'\u003e\u0026\u003c/a\u003e""#),
    ("\u{8}\u{C}\n\r\t", #""\b\f\n\r\t""#),
    ("\0\u{1}\u{B}\u{F}\u{10}\u{1A}\u{1F}", #""\u0000\u0001\u000b\u000f\u0010\u001a\u001f""#),
    ("\u{7F}", "\"\u{7F}\""), ("é日本😀", #""é日本😀""#), ("a\u{2028}b\u{2029}c", #""a\u2028b\u2029c""#),
    ("…†\u{2027}\u{202A}⤨", "\"…†\u{2027}\u{202A}⤨\""),
  ])
  func `a string is escaped as Go escapes it`(text: String, expected: String) {
    var buffer = ByteBuffer()

    buffer.writeJSON(text)

    #expect(String(buffer: buffer) == expected)
  }

  @Test(arguments: [0, 1, 9, 10, 99, 100, 12_345, 9_223_372_036_854_775_808, .max] as [UInt64])
  func `a number is written in decimal digits`(number: UInt64) {
    var buffer = ByteBuffer()

    buffer.writeJSON(MessageID(number))

    #expect(String(buffer: buffer) == "\(number)")
  }

  @Test func `other ids are written as they are, and an absent one as null`() {
    var buffer = ByteBuffer()

    buffer.writeJSON(MessageID(bytes: #"{"k":[1]}"#.utf8))
    buffer.writeJSON(MessageID.absent)

    #expect(String(buffer: buffer) == #"{"k":[1]}null"#)
  }

  @Test(arguments: [
    (#""""#, ""), (#""plain""#, "plain"), (#""é日😀""#, "é日😀"),
    (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
    (#""\u0041\u00e9\u65E5""#, "Aé日"), (#""\ud83d\ude00!""#, "😀!"),
    (#""\uD800\uDC00\uDBFF\uDFFF""#, "\u{10000}\u{10FFFF}"),
    (#""a\u0000b""#, "a\0b"),
    (#""\u0000\u007f\u0080\u07ff\u0800\uffff""#, "\0\u{7F}\u{80}\u{7FF}\u{800}\u{FFFF}"),
    (#""\\u0041""#, #"\u0041"#), (#""日\n""#, "日\n"),
  ])
  func `a string is read with its escapes resolved`(json: String, expected: String) throws {
    let text = #"{"error":\#(json)}"#
    let error = try envelope(of: text).error

    let read = Array(text.utf8).withUnsafeBytes { error.string(in: $0) }

    #expect(read.map { Array($0.utf8) } == Array(expected.utf8))
  }
}

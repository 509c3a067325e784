import RPCKit
import Testing

@testable import Codecs

struct JSONWriterTests {
  /// What is written into exactly so much room.
  private func written(room: Int, _ write: (inout JSONWriter) -> Void) -> String {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: room, alignment: 1)
    defer { memory.deallocate() }
    var writer = JSONWriter(memory)
    write(&writer)
    return String(decoding: memory[..<writer.count], as: UTF8.self)
  }

  @Test(arguments: [
    ("", #""""#), ("plain ASCII/", #""plain ASCII/""#), (#"a"b\c"#, #""a\"b\\c""#),
    ("<a href='x'>&</a>", #""\u003ca href='x'\u003e\u0026\u003c/a\u003e""#),
    ("\u{8}\u{C}\n\r\t", #""\b\f\n\r\t""#),
    ("\0\u{1}\u{B}\u{F}\u{10}\u{1A}\u{1F}", #""\u0000\u0001\u000b\u000f\u0010\u001a\u001f""#),
    ("\u{7F}", "\"\u{7F}\""), ("é日本😀", #""é日本😀""#), ("a\u{2028}b\u{2029}c", #""a\u2028b\u2029c""#),
    ("…†\u{2027}\u{202A}⤨", "\"…†\u{2027}\u{202A}⤨\""),
  ])
  func `a string is escaped as Go escapes it`(text: String, expected: String) {
    #expect(written(room: JSONWriter.room(forString: text)) { $0.write(string: text) } == expected)
  }

  @Test(arguments: [0, 1, 9, 10, 99, 100, 12_345, 9_223_372_036_854_775_808, .max] as [UInt64])
  func `a number is written in decimal digits`(number: UInt64) {
    let id = MessageID(number)

    #expect(written(room: JSONWriter.room(for: id)) { $0.write(id) } == "\(number)")
  }

  @Test func `other ids are written as they are, and an absent one as null`() {
    let id = MessageID(bytes: #"{"k":[1]}"#.utf8)

    #expect(written(room: JSONWriter.room(for: id)) { $0.write(id) } == #"{"k":[1]}"#)
    #expect(written(room: JSONWriter.room(for: .absent)) { $0.write(MessageID.absent) } == "null")
  }
}

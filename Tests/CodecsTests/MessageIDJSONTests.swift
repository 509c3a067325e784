import RPCKit
import Testing

@testable import Codecs

struct MessageIDJSONTests {
  private func messageID(_ json: String) throws -> MessageID {
    let text = #"{"id":\#(json)}"#
    let id = try envelope(of: text).id
    return Array(text.utf8).withUnsafeBytes { MessageID(id, in: $0) }
  }

  @Test(arguments: [0, 7, 10, 18_446_744_073_709_551_615] as [UInt64])
  func `a plain number is a sequence number`(number: UInt64) throws {
    #expect(try messageID("\(number)") == MessageID(number))
  }

  @Test(arguments: [
    "-0", "-1", "1.0", "1e3", "0.5", "0e0", "18446744073709551616", "100000000000000000000",
    "123456789012345678901234567890",
    #""a-1""#, #""""#, #""7""#, "true", "false", "[]", "{}", #"{"k":[1]}"#, #""\n\"\\\/\u0041""#, #""é😀""#,
  ])
  func `anything else keeps its spelling`(json: String) throws {
    #expect(try messageID(json) == MessageID(bytes: json.utf8))
  }

  @Test func `null and absent are one`() throws {
    #expect(try messageID("null") == .absent)
    #expect(MessageID(Envelope.Value(), in: UnsafeRawBufferPointer(start: nil, count: 0)) == .absent)
  }

  @Test(arguments: [
    ("[ 1 , \n2 ]", "[1,2]"), ("{ \"k\" : \t[ ] }", #"{"k":[]}"#), (#"" a b ""#, #"" a b ""#),
    (#"[ " a\" b " , 1 ]"#, #"[" a\" b ",1]"#),
    (#""<a>&""#, #""\u003ca\u003e\u0026""#), ("\"a\u{2028}\u{2029}b\"", #""a\u2028\u2029b""#),
    (#"["\\", " x "]"#, #"["\\"," x "]"#),
    ("\"\u{2030}…\"", "\"\u{2030}…\""), (#"{"<": 1.0}"#, #"{"\u003c":1.0}"#), (#""\\<""#, #""\\\u003c""#),
  ])
  func `white space is dropped and markup escaped, as Go echoes an id`(json: String, echoed: String) throws {
    #expect(try messageID(json) == MessageID(bytes: echoed.utf8))
  }
}

import Testing

@testable import Codecs

struct JSONStringReaderTests {
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

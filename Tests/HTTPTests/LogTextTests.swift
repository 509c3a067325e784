import Testing

@testable import RPCKit

struct LogTextTests {
  @Test(arguments: [
    ("Arith.Multiply", "Arith.Multiply"), ("é 日本 \u{1F600}", "é 日本 \u{1F600}"), ("a\nb\r\tc", #"a\nb\r\tc"#),
    ("\u{0}\u{1B}[31m\u{7F}", #"\u{00}\u{1B}[31m\u{7F}"#),
    ("\u{85}\u{2028}\u{202E}", #"\u{0085}\u{2028}\u{202E}"#),
  ])
  func `control characters, and those that turn lines around, are escaped`(text: String, expected: String) {
    #expect(LogText(text).description == expected)
  }

  @Test func `no more than 256 bytes are shown, and no character in part`() {
    #expect(LogText(String(repeating: "a", count: 1000)).description.utf8.count == 256)
    #expect(LogText(String(repeating: "\u{1F600}", count: 1000)).description.utf8.count == 256)
    #expect(LogText(String(repeating: "\u{1B}", count: 1000)).description.utf8.count <= 256)
    #expect(LogText("a" + String(repeating: "é", count: 1000)).description.utf8.count == 255)
  }
}

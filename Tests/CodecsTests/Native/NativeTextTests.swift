import Testing

@testable import Codecs

@Suite struct NativeTextTests {
  private func written(_ string: String) -> String {
    var text = NativeText()
    text.write(string: string)
    return text.withBytes { String(decoding: $0, as: UTF8.self) }
  }

  private func written(_ integer: some FixedWidthInteger) -> String {
    var text = NativeText()
    text.write(integer: integer)
    return text.withBytes { String(decoding: $0, as: UTF8.self) }
  }

  @Test func `a string is escaped alike wherever the character stands`() {
    let escapes = [
      ("\"", #"\""#), ("\\", #"\\"#), ("\n", #"\n"#), ("\r", #"\r"#), ("\t", #"\t"#), ("\u{8}", #"\b"#),
      ("\u{c}", #"\f"#), ("\u{0}", #"\u0000"#), ("\u{b}", #"\u000b"#), ("\u{1f}", #"\u001f"#),
      ("\u{7f}", "\u{7f}"), ("é", "é"), ("\u{2028}", "\u{2028}"), ("😀", "😀"), ("/", "/"), ("!", "!"),
    ]
    for (character, escape) in escapes {
      for before in 0..<10 {
        for after in 0..<10 {
          let (head, tail) = (String(repeating: "é", count: before), String(repeating: "a", count: after))
          #expect(written(head + character + tail) == "\"" + head + escape + tail + "\"")
        }
      }
    }
  }

  @Test func `a string of escapes only has room`() {
    let controls = String(repeating: "\u{1}", count: 1000)
    let escaped = String(repeating: #"\u0001"#, count: 1000)
    #expect(written(controls) == "\"" + escaped + "\"")
  }

  @Test func `integers of every length are written`() {
    var power: UInt64 = 1
    for _ in 0..<20 {
      for integer in [power - 1, power, power + 1] {
        #expect(written(integer) == "\(integer)")
        let negative = 0 &- Int64(truncatingIfNeeded: integer)
        #expect(written(negative) == "\(negative)")
      }
      power = power &* 10
    }
    for integer in [Int64.min, .max, -1] { #expect(written(integer) == "\(integer)") }
    #expect(written(UInt64.max) == "\(UInt64.max)")
    #expect(written(Int128.min) == "\(Int128.min)")
    #expect(written(UInt128.max) == "\(UInt128.max)")
  }

  @Test func `a text moves out of lent room when that is full, and leaves it to its owner`() {
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 16, alignment: 1)
    defer { room.deallocate() }
    var text = NativeText(lent: room)

    text.write("0123456789")
    let wasLent = !text.isOnItsOwn
    #expect(wasLent && room[9] == UInt8(ascii: "9"))
    text.write("0123456789")

    let isOnItsOwn = text.isOnItsOwn
    let whole = text.withBytes { String(decoding: $0, as: UTF8.self) }
    text.truncate(to: 3)
    let beginning = text.withBytes { String(decoding: $0, as: UTF8.self) }
    #expect(isOnItsOwn && whole == "01234567890123456789" && beginning == "012")
  }
}

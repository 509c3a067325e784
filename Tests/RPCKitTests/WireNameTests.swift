import Testing

@testable import RPCKit

@Suite(.timeLimit(.minutes(1)))
struct WireNameTests {
  @Test(arguments: [
    "", "Arith.Add", "Café", "a rather long name that does not fit into a small string", "🧮.Add",
  ])
  func `equal bytes are equal names with equal hashes`(text: String) {
    let name = WireName(text)

    let other = WireName(String(decoding: Array(text.utf8), as: UTF8.self))

    #expect(name == other)
    #expect(name.hashValue == other.hashValue)
  }

  @Test(arguments: [
    ("\u{E9}", "e\u{301}"), ("\u{212B}", "\u{C5}"), ("A", "a"), ("A", "A\u{0}"), ("A", "AB"), ("", "A"),
  ])
  func `different bytes are different names`(left: String, right: String) {
    let names = (WireName(left), WireName(right))

    let areEqual = names.0 == names.1

    #expect(!areEqual)
    #expect(Set([names.0, names.1]).count == 2)
  }

  @Test func `a part of a string is the same name as a string of its own`() {
    let whole = "Arith.Add"

    let part = WireName(String(whole.dropLast(4)))

    #expect(part == WireName("Arith"))
    #expect(Set([part, WireName("Arith")]).count == 1)
  }
}

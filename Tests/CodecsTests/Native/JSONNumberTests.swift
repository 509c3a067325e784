import Testing

@testable import Codecs

@Suite struct JSONNumberTests {
  private func number(_ text: String) -> JSONNumber? {
    Array(text.utf8).withUnsafeBytes { JSONNumber($0) }
  }

  @Test(
    arguments: [
      ("0", 0), ("-0", 0), ("7", 7), ("-128", -128), ("1.0", 1), ("1e2", 100), ("120e-1", 12), ("0e9999", 0),
      ("0.0000000000000000000000000000000000000", 0), ("9223372036854775807", .max),
      ("-9223372036854775808", .min),
      ("0.0001e4", 1), ("1.5", nil), ("12e-1", nil), ("9223372036854775808", nil),
      ("-9223372036854775809", nil),
      ("1e19", nil), ("1e9999", nil), ("1e-9999", nil),
    ] as [(String, Int64?)]
  )
  func `an integer is exact or none`(text: String, integer: Int64?) throws {
    #expect(try #require(number(text)).integer(as: Int64.self) == integer)
  }

  @Test(arguments: ["18446744073709551616", "1e10000", "1.0000000000000000000", "12345678901234567890.5"])
  func `what has more digits is left to others`(text: String) {
    #expect(number(text) == nil)
  }

  @Test(arguments: [("18446744073709551615", UInt64.max), ("1844674407370955161.5e1", .max)])
  func `nineteen digits, and twenty by the exponent, are enough for a UInt64`(text: String, integer: UInt64) {
    let own = number(text)?.integer(as: UInt64.self)
    let other = DecimalText(Array(text.utf8))?.integer(as: UInt64.self)
    #expect((own ?? other) == integer)
  }

  @Test func `a floating-point number is the one that the standard library reads, bit by bit`() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededRandom(seed: seed)
    var exact = 0
    for _ in 0..<20_000 {
      let digits = String(random.next() >> UInt64.random(in: 1...63, using: &random))
      let fraction = Bool.random(using: &random) ? ".\(Int.random(in: 0...999, using: &random))" : ""
      let exponent = Bool.random(using: &random) ? "e\(Int.random(in: -30...30, using: &random))" : ""
      let text = (Bool.random(using: &random) ? "-" : "") + digits + fraction + exponent
      let double = number(text)?.real(as: Double.self)
      let float = number(text)?.real(as: Float.self)
      if double != nil { exact += 1 }
      guard double == nil || double?.bitPattern == Double(text)?.bitPattern,
        float == nil || float?.bitPattern == Float(text)?.bitPattern
      else {
        Issue.record("seed \(seed): \(text)")
        return
      }
    }
    #expect(exact > 5000, "most numbers need no other parser")
  }

  @Test func `minus zero keeps its sign`() {
    #expect(number("-0")?.real(as: Double.self)?.sign == .minus)
    #expect(number("-0.0")?.real(as: Float.self)?.sign == .minus)
  }
}

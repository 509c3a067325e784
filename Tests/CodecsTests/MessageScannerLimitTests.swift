import RPCKit
import Testing

@testable import Codecs

struct MessageScannerLimitTests {
  @Test(arguments: [127, 128, 129, 511, 512, 513, 514, 2048, 2049, 10_001, 1_000_000], ["[", #"{"a":"#])
  func `nesting is bounded, closed or not`(depth: Int, opening: String) {
    let open = Array(String(repeating: opening, count: depth).utf8)
    let innermost: [UInt8] = opening == "[" ? [] : [UInt8(ascii: "1")]
    let closing = UInt8(ascii: opening == "[" ? "]" : "}")
    let closed = open + innermost + Array(repeating: closing, count: depth)

    let openVerdict = scan(open, accepting: .anyValue)
    let closedVerdict = scan(closed, accepting: .anyValue)

    if depth <= 128 {
      #expect(openVerdict == .incomplete)
      #expect(closedVerdict.isComplete)
    } else {
      #expect(openVerdict.error?.problem == .limit(.depth, maximum: 128))
      #expect(closedVerdict == openVerdict)
      #expect(scan(Array(open.prefix(2000)), by: 1, accepting: .anyValue) == openVerdict)
    }
  }

  @Test func `no setting allows more than the cap`() {
    let limits = MessageLimits(maximumDepth: .max)
    let allowed =
      Array(repeating: UInt8(ascii: "["), count: 500) + Array(repeating: UInt8(ascii: "]"), count: 500)

    #expect(scan(allowed, limits: limits, accepting: .anyValue).isComplete)
    #expect(
      scan([UInt8(ascii: "[")] + allowed, limits: limits, accepting: .anyValue).error?.problem
        == .limit(.depth, maximum: 500)
    )
  }

  @Test func `kinds of containers are kept apart at every depth`() {
    let opening = (0..<120).map { $0.isMultiple(of: 3) ? #"{"a":"# : "[" }.joined()
    let closing = (0..<120).reversed().map { $0.isMultiple(of: 3) ? "}" : "]" }.joined()

    #expect(scan(Array((opening + "1" + closing).utf8)).isComplete)
    for wrong in 0..<120 {
      var bytes = Array((opening + "1" + closing).utf8)
      let index = bytes.count - 120 + wrong
      bytes[index] = bytes[index] == UInt8(ascii: "}") ? UInt8(ascii: "]") : UInt8(ascii: "}")
      #expect(scan(bytes).error?.offset == index)
    }
  }

  @Test(arguments: [1, 7, 1000])
  func `a message may have exactly as many bytes as are allowed`(size: Int) {
    let bytes = Array((#"{"a":""# + String(repeating: "x", count: 92) + #""}"#).utf8)

    #expect(bytes.count == 100)
    #expect(scan(bytes, by: size, limits: MessageLimits(maximumBytes: 100)).isComplete)
    #expect(scan(bytes + bytes, by: size, limits: MessageLimits(maximumBytes: 100)).isComplete)
    #expect(
      scan(bytes, by: size, limits: MessageLimits(maximumBytes: 99)).error?.problem
        == .limit(.bytes, maximum: 99)
    )
  }

  @Test func `an unfinished message is refused as soon as it fills the limit`() {
    let bytes = Array((#"{"a":""# + String(repeating: "x", count: 200)).utf8)
    let limits = MessageLimits(maximumBytes: 100)

    #expect(scan(Array(bytes.prefix(99)), limits: limits) == .incomplete)
    #expect(scan(Array(bytes.prefix(100)), limits: limits).error?.problem == .limit(.bytes, maximum: 100))
    #expect(scan(bytes, by: 1, limits: limits) == scan(bytes, limits: limits))
  }

  @Test func `what is wrong in front of the limit is found first, in any pieces`() {
    let bytes = Array(#"{"a":"xxxxxxxx\q"#.utf8)

    for maximum in 1..<20 {
      let limits = MessageLimits(maximumBytes: maximum)
      #expect(scan(bytes, by: 1, limits: limits) == scan(bytes, limits: limits), "\(maximum)")
    }
  }

  @Test(arguments: ["[]", "{}", "0", "null", #""""#])
  func `the number of values is bounded`(value: String) {
    // The envelope and the array are values as well.
    let limits = MessageLimits(maximumValues: 12)
    let message = { (count: Int) in
      Array((#"{"params":["# + Array(repeating: value, count: count).joined(separator: ",") + "]}").utf8)
    }

    #expect(scan(message(10), limits: limits).isComplete)
    #expect(scan(message(11), limits: limits).error?.problem == .limit(.values, maximum: 12))
    #expect(scan(message(11), by: 1, limits: limits) == scan(message(11), limits: limits))
  }

  @Test(arguments: ["{}", "[]", "0"])
  func `four mebibytes of small values are refused by their number`(value: String) {
    let count = (4 << 20) / (value.utf8.count + 1) - 20
    let bytes = Array(
      (#"{"params":["# + Array(repeating: value, count: count).joined(separator: ",") + "]}").utf8
    )

    #expect(scan(bytes).error?.problem == .limit(.values, maximum: 250_000))
  }

  @Test(arguments: [1, 1000])
  func `a number may have exactly as many bytes as are allowed`(size: Int) {
    let digits = String(repeating: "7", count: 1024)
    for number in [digits, "-" + digits.dropLast(), "0." + digits.dropLast(2), "1e" + digits.dropLast(2)] {
      let allowed = Array(#"{"id":\#(number)}"#.utf8)
      let refused = Array(#"{"id":\#(number)7}"#.utf8)
      #expect(scan(allowed, by: size).isComplete)
      #expect(scan(refused, by: size).error?.problem == .limit(.numberBytes, maximum: 1024))
    }
  }

  @Test func `a number that goes on for ever is refused while it comes`() {
    let bytes = Array((#"{"id":1."# + String(repeating: "3", count: 5000)).utf8)

    let whole = scan(bytes)

    #expect(whole.error?.problem == .limit(.numberBytes, maximum: 1024))
    #expect(scan(bytes, by: 1) == whole)
  }
}

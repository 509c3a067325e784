import RPCKit
import Testing

@Suite(.timeLimit(.minutes(1)))
struct MessageLimitsTests {
  // RELIABILITY.md, the table of limits.
  @Test func `the defaults are the documented ones`() {
    let limits = MessageLimits()

    #expect(limits.maximumBytes == 4 << 20)
    #expect(limits.maximumDepth == 128)
    #expect(limits.maximumValues == 250_000)
    #expect(limits.maximumNumberBytes == 1024)
    #expect(limits.maximumIDBytes == 1024)
  }

  @Test func `no depth exceeds the cap`() {
    var limits = MessageLimits(maximumDepth: 10_000)
    let made = limits.maximumDepth

    limits.maximumDepth = 501

    #expect(made == 500)
    #expect(limits.maximumDepth == 500)
  }
}

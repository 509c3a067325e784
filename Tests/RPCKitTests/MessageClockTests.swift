import NIOCore
import Testing

@testable import RPCKit

@Suite(.timeLimit(.minutes(1)))
struct MessageClockTests {
  private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

  private func after(_ seconds: Int64) -> NIODeadline { start + .seconds(seconds) }

  @Test func `between messages no time passes`() {
    let clock = MessageClock(limit: .seconds(30))

    #expect(clock.deadline == nil)
    #expect(!clock.isOver(at: after(1_000_000)))
  }

  @Test func `a message has its time from its beginning, however often more of it comes`() {
    var clock = MessageClock(limit: .seconds(30))

    for second in [0, 10, 20, 29] as [Int64] { clock.run(at: after(second)) }

    #expect(clock.deadline == after(30))
    #expect(!clock.isOver(at: after(29)))
    #expect(clock.isOver(at: after(30)))
  }

  @Test func `the next message has all of the time again`() {
    var clock = MessageClock(limit: .seconds(30))
    clock.run(at: after(0))

    clock.reset()
    clock.run(at: after(20))

    #expect(clock.deadline == after(50))
  }

  @Test func `while nobody listens the clock stands still`() {
    var clock = MessageClock(limit: .seconds(30))
    clock.run(at: after(0))

    clock.pause(at: after(10))
    clock.pause(at: after(15))
    let whilePaused = clock.isOver(at: after(1000))
    clock.run(at: after(1000))

    #expect(!whilePaused)
    #expect(clock.deadline == after(1020))
  }

  @Test func `a message that nobody listens to from its beginning has all of its time left`() {
    var clock = MessageClock(limit: .seconds(30))

    clock.pause(at: after(0))
    clock.run(at: after(100))

    #expect(clock.deadline == after(130))
  }

  @Test func `a clock that was stopped too late has no time left, and not less`() {
    var clock = MessageClock(limit: .seconds(30))
    clock.run(at: after(0))

    clock.pause(at: after(31))
    clock.run(at: after(40))

    #expect(clock.deadline == after(40))
  }

  @Test func `without a limit there is all the time in the world`() {
    var clock = MessageClock(limit: nil)

    clock.run(at: after(0))

    #expect(clock.deadline == .distantFuture)
  }
}

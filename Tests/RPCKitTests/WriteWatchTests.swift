import NIOCore
import Testing

@testable import RPCKit

@Suite(.timeLimit(.minutes(1)))
struct WriteWatchTests {
  private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

  private func after(_ seconds: Double) -> NIODeadline { start + TimeAmount(.seconds(seconds)) }

  /// A watch that has looked for the first time, a second after the first of 100 bytes was written.
  private func watch() -> WriteWatch {
    var watch = WriteWatch(limit: .seconds(8))
    _ = watch.begin(at: after(0))
    _ = watch.look(written: 100, waiting: 100, at: after(1))
    return watch
  }

  @Test func `where nothing was written nothing is watched`() {
    let watch = WriteWatch(limit: .seconds(8))

    #expect(!watch.mustBegin(written: 0))
    #expect(watch.mustBegin(written: 1))
  }

  @Test func `it begins once, and looks an eighth of the limit later`() {
    var watch = WriteWatch(limit: .seconds(8))

    let first = watch.begin(at: after(0))

    #expect(first == after(1))
    #expect(!watch.mustBegin(written: 200))
  }

  @Test func `it ends when everything is written, and begins again with the next write`() {
    var watch = watch()

    let finding = watch.look(written: 100, waiting: 0, at: after(2))

    #expect(finding == .isWritten)
    #expect(!watch.mustBegin(written: 100))
    #expect(watch.mustBegin(written: 101))
  }

  @Test func `a peer that takes nothing is stalled when the limit is over, at most an eighth late`() {
    var watch = watch()

    let findings = (2...9).map { watch.look(written: 100, waiting: 100, at: after(Double($0))) }

    #expect(findings == (3...9).map { .isWaiting(until: after(Double($0))) } + [.isStalled])
  }

  @Test func `the last look is at the limit`() {
    var watch = watch()

    #expect(watch.look(written: 100, waiting: 100, at: after(8.5)) == .isWaiting(until: after(9)))
  }

  @Test func `a byte that is taken begins the time anew`() {
    var watch = watch()

    let taken = watch.look(written: 100, waiting: 99, at: after(8))
    let later = watch.look(written: 100, waiting: 99, at: after(15.5))

    #expect(taken == .isWaiting(until: after(9)))
    #expect(later == .isWaiting(until: after(16)))
    #expect(watch.look(written: 100, waiting: 99, at: after(16)) == .isStalled)
  }

  @Test func `what is written in addition does not hide that the peer takes something`() {
    var watch = watch()

    _ = watch.look(written: 200, waiting: 150, at: after(8))

    #expect(watch.look(written: 200, waiting: 150, at: after(15)) == .isWaiting(until: after(16)))
  }

  @Test func `what is written in addition is not mistaken for what is taken`() {
    var watch = watch()

    _ = watch.look(written: 200, waiting: 200, at: after(8))

    #expect(watch.look(written: 300, waiting: 300, at: after(9)) == .isStalled)
  }

  @Test func `a stall that ended is forgotten`() {
    var watch = watch()
    _ = watch.look(written: 100, waiting: 0, at: after(8))
    let first = watch.begin(at: after(20))

    let finding = watch.look(written: 150, waiting: 50, at: first)

    #expect(finding == .isWaiting(until: after(22)))
  }
}

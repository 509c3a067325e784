import NIOCore
import Synchronization
import Testing

@testable import RPCKit

@Suite(.timeLimit(.minutes(1)))
struct PendingCallsTests {
  @Test func `sequence numbers count from 0, as Go's do`() throws {
    var calls = PendingCalls(maximumInFlight: 10)

    let numbers = try (0..<3).map { _ in try calls.insert(FakeCall()) }

    #expect(numbers == [0, 1, 2])
  }

  @Test func `requests are taken to be written in the order of their numbers`() throws {
    var calls = PendingCalls(maximumInFlight: 10)
    for _ in 0..<3 { _ = try calls.insert(FakeCall()) }

    let taken = calls.takeUnsent().map(\.sequence)

    #expect(taken == [0, 1, 2])
    #expect(!calls.hasUnsent)
  }

  @Test func `arguments are taken up to about 64 KiB at a time, or one that is larger`() throws {
    var calls = PendingCalls(maximumInFlight: 10)
    for kilobytes in [40, 40, 1, 100, 1] {
      let body = Body(bytes: ByteBuffer(repeating: 0, count: kilobytes << 10), coder: LineCoder())
      _ = try calls.insert(FakeCall(), "S.M", body, waits: true)
    }

    let batches = (0..<4).map { _ in calls.takeUnsent().map(\.sequence) }

    #expect(batches == [[0, 1], [2, 3], [4], []])
  }

  @Test func `a call that is written is still pending`() throws {
    var calls = PendingCalls(maximumInFlight: 10)
    let sequence = try calls.insert(FakeCall())

    _ = calls.takeUnsent()

    #expect(calls.count == 1)
    #expect(calls.remove(sequence) != nil)
  }

  @Test func `a call is removed exactly once`() throws {
    var calls = PendingCalls(maximumInFlight: 10)
    let call = FakeCall()
    let sequence = try calls.insert(call)

    let first = calls.remove(sequence)
    let second = calls.remove(sequence)

    #expect(first === call)
    #expect(second == nil)
  }

  @Test func `a number that was never given removes nothing`() throws {
    var calls = PendingCalls(maximumInFlight: 10)
    _ = try calls.insert(FakeCall())

    let removed = calls.remove(7)

    #expect(removed == nil)
    #expect(calls.count == 1)
  }

  @Test func `at the limit a call that does not wait is refused and takes no number`() throws {
    var calls = PendingCalls(maximumInFlight: 2)
    for _ in 0..<2 { _ = try calls.insert(FakeCall(), waits: false) }

    let refused = Result { () throws(RPCError) in try calls.insert(FakeCall(), waits: false) }

    #expect(refused.error.isTooManyCalls)
    #expect(try calls.insert(FakeCall(), waits: true) == 2)
  }

  @Test func `at the limit a call that waits is written when another has been answered`() throws {
    var calls = PendingCalls(maximumInFlight: 2)
    for _ in 0..<3 { _ = try calls.insert(FakeCall()) }
    let before = calls.takeUnsent().map(\.sequence)

    let couldSend = calls.canSend
    _ = calls.remove(1)
    let after = calls.takeUnsent().map(\.sequence)

    #expect(before == [0, 1])
    #expect(!couldSend)
    #expect(after == [2])
  }

  @Test func `a limit below one is one`() throws {
    var calls = PendingCalls(maximumInFlight: 0)
    _ = try calls.insert(FakeCall())

    let taken = calls.takeUnsent()

    #expect(taken.map(\.sequence) == [0])
  }

  @Test func `a call that is removed before it is written is never written`() throws {
    var calls = PendingCalls(maximumInFlight: 10)
    for _ in 0..<3 { _ = try calls.insert(FakeCall()) }

    _ = calls.remove(0)
    _ = calls.remove(1)

    #expect(calls.takeUnsent().map(\.sequence) == [2])
    #expect(calls.takeUnsent().isEmpty)
  }

  @Test func `removing a call that is not written frees no place for another`() throws {
    var calls = PendingCalls(maximumInFlight: 1)
    for _ in 0..<3 { _ = try calls.insert(FakeCall()) }
    _ = calls.takeUnsent()

    _ = calls.remove(1)
    let whileFull = calls.takeUnsent()
    _ = calls.remove(0)
    let afterAnswer = calls.takeUnsent()

    #expect(whileFull.isEmpty)
    #expect(afterAnswer.map(\.sequence) == [2])
  }

  @Test func `the limit holds when the first of those that wait is removed`() throws {
    var calls = PendingCalls(maximumInFlight: 2)
    for _ in 0..<5 { _ = try calls.insert(FakeCall()) }
    _ = calls.takeUnsent()

    _ = calls.remove(2)
    _ = calls.remove(3)
    _ = calls.remove(0)
    let taken = calls.takeUnsent().map(\.sequence)

    #expect(taken == [4])
  }

  @Test func `only the calls whose time is over expire, in the order of their deadlines`() throws {
    var calls = PendingCalls(maximumInFlight: 10)
    let now = NIODeadline.now()
    let late = FakeCall(timeout: .seconds(-1))
    let later = FakeCall(timeout: .zero)
    for call in [FakeCall(), late, FakeCall(), later] { _ = try calls.insert(call) }

    let expired = calls.removeExpired(at: now + .seconds(1))

    #expect(expired.map(ObjectIdentifier.init) == [ObjectIdentifier(late), ObjectIdentifier(later)])
    #expect(calls.count == 2)
    #expect(calls.removeExpired(at: now + .seconds(1)).isEmpty)
  }

  @Test func `the limit holds after many calls have expired together, most of them unsent`() throws {
    var calls = PendingCalls(maximumInFlight: 100)
    for _ in 0..<300 { _ = try calls.insert(FakeCall(timeout: .zero)) }
    _ = calls.takeUnsent()

    let expired = calls.removeExpired(at: .now() + .seconds(1))
    for _ in 0..<300 { _ = try calls.insert(FakeCall()) }

    #expect(expired.count == 300)
    #expect(calls.takeUnsent().count == 100)
    #expect(calls.takeUnsent().isEmpty)
  }

  @Test func `the earliest deadline is that of the call with the least time left`() throws {
    var calls = PendingCalls(maximumInFlight: 10)
    let first = FakeCall(timeout: .seconds(10))
    let soonest = FakeCall(timeout: .seconds(5))
    for call in [first, soonest, FakeCall(timeout: .seconds(20))] { _ = try calls.insert(call) }

    let before = calls.earliestDeadline
    _ = calls.removeExpired(at: soonest.deadline.time)

    #expect(before == soonest.deadline.time)
    #expect(calls.earliestDeadline == first.deadline.time)
  }

  @Test func `expiry makes room for a call that waits`() throws {
    var calls = PendingCalls(maximumInFlight: 1)
    _ = try calls.insert(FakeCall(timeout: .zero))
    _ = try calls.insert(FakeCall())
    _ = calls.takeUnsent()

    _ = calls.removeExpired(at: .now() + .seconds(1))

    #expect(calls.takeUnsent().map(\.sequence) == [1])
  }

  @Test func `a time limit of ages does not overflow`() {
    let call = FakeCall(timeout: .seconds(Int64.max))

    let time = call.deadline.time

    #expect(time > .now() + .hours(24 * 365 * 100))
  }

  @Test func `closing gives every call once, in the order they were made`() throws {
    var calls = PendingCalls(maximumInFlight: 2)
    let all = (0..<50).map { _ in FakeCall() }
    for call in all { _ = try calls.insert(call) }
    _ = calls.takeUnsent()

    let first = calls.close(because: .shutdown)
    let second = calls.close(because: .shutdown)

    #expect(first?.map { ObjectIdentifier($0.call) } == all.map { ObjectIdentifier($0 as any PendingCall) })
    #expect(second == nil)
    #expect(calls.count == 0)
    #expect(!calls.canSend)
  }

  @Test func `closing tells the calls that the server may have got from those that it has not`() throws {
    var calls = PendingCalls(maximumInFlight: 2)
    for _ in 0..<5 { _ = try calls.insert(FakeCall()) }
    _ = calls.takeUnsent()
    _ = calls.remove(2)

    let lost = calls.close(because: .connectionLost(reason: "x"))

    #expect(lost?.map(\.wasSent) == [true, true, false, false])
    #expect(calls.end.isConnectionLost)
  }

  @Test func `callers that come and go while nothing is answered leave no arguments behind`() throws {
    var calls = PendingCalls(maximumInFlight: 1)
    _ = try calls.insert(FakeCall())
    _ = calls.takeUnsent()
    let kept = Gauge()

    for _ in 0..<1000 {
      let body = Body(bytes: ByteBuffer(), coder: CountedCoder(kept))
      let sequence = try calls.insert(FakeCall(), "Test.Method", body, waits: true)
      _ = calls.remove(sequence)
    }

    #expect(kept.now < 100)
    #expect(calls.count == 1)
  }

  @Test func `a number that is taken belongs to no call`() throws {
    var calls = PendingCalls(maximumInFlight: 2)
    _ = try calls.insert(FakeCall())

    let taken = calls.takeSequence()
    let next = try calls.insert(FakeCall())
    _ = calls.takeUnsent()

    #expect(taken == 1)
    #expect(next == 2)
    #expect(calls.remove(1) == nil)
    #expect(calls.remove(2) != nil)
  }

  @Test func `while the calls drain no more come, and those that are there go on`() throws {
    var calls = PendingCalls(maximumInFlight: 1)
    for _ in 0..<2 { _ = try calls.insert(FakeCall()) }
    _ = calls.takeUnsent()

    calls.drain()
    let later = Result { () throws(RPCError) in try calls.insert(FakeCall()) }
    _ = calls.remove(0)
    let second = calls.takeUnsent().map(\.sequence)
    let early = calls.isDrained
    _ = calls.remove(1)

    #expect(later.error.isShutdown)
    #expect(second == [1])
    #expect(!early)
    #expect(calls.isDrained)
  }

  @Test func `calls that are closed take no more`() throws {
    var calls = PendingCalls(maximumInFlight: 1)
    _ = calls.close(because: .connectionLost(reason: "x"))

    let later = Result { () throws(RPCError) in try calls.insert(FakeCall(), waits: true) }

    #expect(later.error.isShutdown)
    #expect(calls.count == 0)
  }
}

/// A call that remembers what it was completed with.
final class FakeCall: PendingCall {
  let deadline: CallDeadline
  private let received = Mutex([Result<Body, RPCError>]())

  var results: [Result<Body, RPCError>] { received.withLock { $0 } }

  init(timeout: Duration = .seconds(60)) {
    deadline = CallDeadline(after: timeout)
  }

  func complete(_ result: Result<Body, RPCError>) {
    received.withLock { $0.append(result) }
  }
}

/// A coder that is counted for as long as it is kept.
private final class CountedCoder: BodyCoder {
  private let gauge: Gauge

  init(_ gauge: Gauge) {
    self.gauge = gauge
    gauge.rise()
  }

  deinit {
    gauge.fall()
  }

  func encode(_ value: some Encodable, into output: inout ByteBuffer) throws {
    try LineCoder().encode(value, into: &output)
  }

  func decode<Value: Decodable>(_ bytes: ByteBuffer, as type: Value.Type) throws -> Value {
    try LineCoder().decode(bytes, as: type)
  }
}

extension PendingCalls {
  fileprivate mutating func insert(_ call: FakeCall, waits: Bool = true) throws(RPCError) -> UInt64 {
    try insert(call, "Test.Method", Body(bytes: ByteBuffer(), coder: LineCoder()), waits: waits)
  }
}

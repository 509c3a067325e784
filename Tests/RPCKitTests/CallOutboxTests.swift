import NIOCore
import NIOEmbedded
import NIOPosix
import Testing

@testable import RPCKit

@Suite(.timeLimit(.minutes(1)))
struct CallOutboxTests {
  private let loop = EmbeddedEventLoop()
  private let turns = Record<Int>()
  private let body = Body(bytes: ByteBuffer(), coder: LineCoder())

  private func outbox(maximumInFlight: Int = 10) -> CallOutbox {
    CallOutbox(eventLoop: loop, maximumInFlight: maximumInFlight) { [turns] in turns.append(0) }
  }

  @Test func `the calls of one moment share one turn`() throws {
    let outbox = outbox()

    for _ in 0..<3 { _ = try outbox.insert(FakeCall(), "S.M", body, waits: true) }
    loop.run()

    #expect(turns.elements.count == 1)
    #expect(outbox.takeUnsent().map(\.sequence) == [0, 1, 2])
  }

  @Test func `a call that is made during a turn has another`() throws {
    let outbox = outbox()
    _ = try outbox.insert(FakeCall(), "S.M", body, waits: true)
    loop.run()

    outbox.beginTurn()
    _ = try outbox.insert(FakeCall(), "S.M", body, waits: true)
    loop.run()

    #expect(turns.elements.count == 2)
  }

  @Test func `a refused call schedules nothing`() throws {
    let outbox = outbox(maximumInFlight: 1)
    _ = try outbox.insert(FakeCall(), "S.M", body, waits: true)
    loop.run()
    outbox.beginTurn()

    _ = try? outbox.insert(FakeCall(), "S.M", body, waits: false)
    loop.run()

    #expect(turns.elements.count == 1)
  }

  @Test func `a call is failed once`() throws {
    let outbox = outbox()
    let call = FakeCall()
    let sequence = try outbox.insert(call, "S.M", body, waits: true)

    outbox.fail(sequence, with: .cancelled)
    outbox.fail(sequence, with: .shutdown)

    #expect(call.results.map { $0.error.isCancelled } == [true])
  }

  @Test func `failing a call wakes one that waits for its place`() throws {
    let outbox = outbox(maximumInFlight: 1)
    let first = try outbox.insert(FakeCall(), "S.M", body, waits: true)
    _ = try outbox.insert(FakeCall(), "S.M", body, waits: true)
    loop.run()
    outbox.beginTurn()
    _ = outbox.takeUnsent()

    outbox.fail(first, with: .cancelled)
    loop.run()

    #expect(turns.elements.count == 2)
    #expect(outbox.takeUnsent().map(\.sequence) == [1])
  }

  @Test func `calls whose time is over fail with their own time limit`() throws {
    let outbox = outbox()
    let call = FakeCall(timeout: .milliseconds(5))
    _ = try outbox.insert(call, "S.M", body, waits: true)

    outbox.failExpired(at: .now() + .seconds(1))

    guard case .timedOut(after: .milliseconds(5)) = call.results.first?.error else {
      Issue.record("\(call.results)")
      return
    }
    #expect(outbox.count == 0)
  }

  @Test func `closing fails pending calls with its error and later ones with shutdown`() throws {
    let outbox = outbox()
    let call = FakeCall()
    _ = try outbox.insert(call, "S.M", body, waits: true)

    let first = outbox.close(failingPending: .connectionLost(reason: "x"))
    let second = outbox.close(failingPending: .shutdown)
    let later = Result { () throws(RPCError) in try outbox.insert(FakeCall(), "S.M", body, waits: true) }

    #expect(first)
    #expect(!second)
    #expect(call.results.map { $0.error.isConnectionLost } == [true])
    #expect(later.error.isShutdown)
  }

  @Test func `draining ends when the last call is answered`() async throws {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let outbox = CallOutbox(eventLoop: loop, maximumInFlight: 10) {}
    let calls = [FakeCall(), FakeCall()]
    let sequences = try calls.map { call in try outbox.insert(call, "S.M", body, waits: true) }

    let draining = Task { await outbox.drain(limit: .seconds(60)) }
    while outbox.isOpen { await Task.yield() }
    for (call, sequence) in zip(calls, sequences) {
      #expect(outbox.remove(sequence) === call)
    }
    await draining.value

    #expect(outbox.count == 0)
    #expect(outbox.end == nil)
  }

  @Test func `at the limit of draining the calls that are left fail with shutdown`() async throws {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let outbox = CallOutbox(eventLoop: loop, maximumInFlight: 10) {}
    let call = FakeCall()
    _ = try outbox.insert(call, "S.M", body, waits: true)

    await outbox.drain(limit: .milliseconds(10))

    #expect(call.results.map { $0.error.isShutdown } == [true])
  }

  @Test func `an outbox without calls is drained at once`() async throws {
    let outbox = outbox()

    await outbox.drain(limit: .seconds(60))

    #expect(!outbox.isOpen)
  }
}

extension CallOutbox {
  /// Whether it takes calls.
  fileprivate var isOpen: Bool {
    let call = FakeCall()
    let body = Body(bytes: ByteBuffer(), coder: LineCoder())
    guard let sequence = try? insert(call, "S.M", body, waits: true) else { return false }
    return remove(sequence) != nil
  }
}

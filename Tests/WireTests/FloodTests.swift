import Dispatch
import RPCKit
import Synchronization
import TestSupport
import Testing

/// Peers that ask for more than is good for anybody, over real sockets. (RELIABILITY.md R11, R12, R15, R37)
@Suite(.serialized, .timeLimit(.minutes(1)))
struct FloodTests {
  // R11
  @Test(arguments: Setup.whole)
  func `every one of 10,000 requests in one go is answered once, and no more than 100 run`(_ setup: Setup)
    async throws
  {
    let running = Running()
    let requests = (0..<10_000).map { #"{"method":"Flood.Work","params":[{}],"id":\#($0)}"# }.joined()

    let transcript = try await serving(setup, running) { endpoint in
      try await RawSocket.converse(with: endpoint, sending: requests)
    }

    let expected = Set((0..<10_000).map { #"{"id":\#($0),"result":1,"error":null}"# })
    #expect(transcript.lines.count == 10_000)
    #expect(Set(transcript.lines) == expected)
    #expect(running.figures.most <= 100)
  }

  // R11, R15
  @Test(arguments: Setup.whole)
  func `of 1,000 calls without end 100 run, and all of them are cancelled when their peer is gone`(
    _ setup: Setup
  ) async throws {
    let running = Running()
    let requests = (0..<1000).map { #"{"method":"Flood.Wait","params":[{}],"id":\#($0)}"# }.joined()

    try await serving(setup, running) { endpoint in
      try await SocketThreads.run {
        let socket = try RawSocket(to: endpoint)
        try socket.send(requests)
        running.wait { $0.now == 100 }
        try socket.reset()
      }
      try await SocketThreads.run { running.wait { $0.now == 0 } }
    }

    #expect(running.figures.most == 100)
    #expect(running.figures.started == 100)
    #expect(running.figures.cancelled == 100)
  }

  // R15
  @Test(arguments: Setup.whole)
  func `peers that call and reset leave no call running, however many there are`(_ setup: Setup) async throws
  {
    let running = Running()
    let request = #"{"method":"Flood.Wait","params":[{}],"id":1}"#

    try await serving(setup, running) { endpoint in
      try await SocketThreads.run {
        for number in 1...300 {
          let socket = try RawSocket(to: endpoint)
          try socket.send(request)
          running.wait { $0.started == number }
          try socket.reset()
        }
        running.wait { $0.now == 0 }
      }
    }

    #expect(running.figures.cancelled == 300)
  }

  // R12
  @Test(arguments: Setup.whole)
  func `for a peer that does not read no more replies are made than fit, and none is lost`(_ setup: Setup)
    async throws
  {
    let running = Running()
    let requests = (0..<100).map { #"{"method":"Flood.Text","params":[200000],"id":\#($0)}"# }.joined()
    var configuration = ServerConfiguration()
    configuration.maximumCallsInFlight = 2

    let (before, transcript) = try await serving(setup, running, configuration) { endpoint in
      try await SocketThreads.run {
        let slow = try RawSocket(to: endpoint)
        try slow.send(requests)
        running.waitUntilNothingStarts()
        let before = running.figures.started
        slow.endOutput()
        return (before, try slow.readToEnd())
      }
    }

    // Two run, a mebibyte waits here, and the system has the rest: with TCP up to ten mebibytes.
    #expect(before < (setup.socket == .unix ? 20 : 80))
    // Looking at twenty mebibytes would take longer than sending them.
    let lengths = (0..<100).map { #"{"id":\#($0),"result":"","error":null}"#.utf8.count + 200_000 + 1 }
    #expect(transcript.bytes.count == lengths.reduce(0, +))
    #expect(transcript.end == .closed)
  }

  // R37
  @Test(arguments: Setup.whole)
  func `while every thread for blocking methods is blocked, others are accepted and answered`(_ setup: Setup)
    async throws
  {
    let running = Running()
    let block = #"{"method":"Flood.Block","params":[{}],"id":1}"#
    let others =
      #"{"method":"Flood.Work","params":[{}],"id":1}{"method":"Flood.InPlace","params":[{}],"id":2}"#

    let (answers, blocked) = try await serving(setup, running) { endpoint in
      try await SocketThreads.run {
        let busy = try (0..<8).map { _ in
          let socket = try RawSocket(to: endpoint)
          try socket.send(block)
          return socket
        }
        running.wait { $0.now > 0 }
        let answers = try (0..<20).map { _ in
          let socket = try RawSocket(to: endpoint)
          try socket.send(others)
          return Set([try socket.readLine(), try socket.readLine()])
        }
        for _ in busy { running.release() }
        return (answers, try busy.map { try $0.readLine() })
      }
    }

    let work = #"{"id":1,"result":1,"error":null}"#
    #expect(answers == Array(repeating: [work, #"{"id":2,"result":2,"error":null}"#], count: 20))
    #expect(blocked == Array(repeating: work, count: 8))
  }

  private func serving<Result>(
    _ setup: Setup,
    _ running: Running,
    _ configuration: ServerConfiguration = ServerConfiguration(),
    _ test: (Endpoint) async throws -> Result
  ) async throws -> Result {
    let server = RPCServer(configuration: configuration)
    try server.register(Flood(running: running))
    let listener = try await server.listen(on: setup.socket.freshEndpoint(), codec: setup.engine.codec)
    do {
      let result = try await test(listener.endpoint)
      await server.close()
      return result
    } catch {
      await server.close()
      throw error
    }
  }
}

/// What a flood asks for.
private struct Flood: RPCService {
  static let methods = [
    RPCMethod("Work", work), RPCMethod("InPlace", execution: .eventLoop, inPlace), RPCMethod("Wait", wait),
    RPCMethod("Text", text), RPCMethod("Block", execution: .blocking, block),
  ]

  let running: Running

  func work(_: Empty) async -> Int {
    running.begin()
    defer { running.end() }
    await Task.yield()
    return 1
  }

  func inPlace(_: Empty) -> Int { 2 }

  /// Ends when it is cancelled.
  func wait(_: Empty) async -> Int {
    running.begin()
    defer { running.end() }
    await untilCancelled()
    return 1
  }

  func text(_ length: Int) -> String {
    running.begin()
    defer { running.end() }
    return String(repeating: "x", count: length)
  }

  func block(_: Empty) -> Int {
    running.begin()
    defer { running.end() }
    running.waitForRelease()
    return 1
  }
}

/// The calls that run, counted, and waited for by threads.
private final class Running: Sendable {
  struct Figures {
    var started = 0
    var now = 0
    var most = 0
    var cancelled = 0
  }

  private let state = Mutex(Figures())
  private let changed = DispatchSemaphore(value: 0)
  private let released = DispatchSemaphore(value: 0)

  var figures: Figures { state.withLock { $0 } }

  func begin() {
    state.withLock { state in
      state.started += 1
      state.now += 1
      state.most = max(state.most, state.now)
    }
    changed.signal()
  }

  func end() {
    state.withLock { state in
      state.now -= 1
      state.cancelled += Task.isCancelled ? 1 : 0
    }
    changed.signal()
  }

  func release() { released.signal() }
  func waitForRelease() { released.wait() }

  /// Blocks until the figures are as they should be, or for so long that they never will be.
  func wait(until isReached: (Figures) -> Bool) {
    while !isReached(figures) {
      guard changed.wait(timeout: .now() + 20) == .success else { return }
    }
  }

  /// Blocks until no call has begun or ended for a while.
  func waitUntilNothingStarts() {
    wait { $0.started > 0 }
    while changed.wait(timeout: .now() + 0.3) == .success {}
  }
}

import RPCKit
import Testing

/// The ways to declare a service and its methods, each called through a connection.
@Suite(.timeLimit(.minutes(1)))
struct RPCServiceTests {
  @Test(arguments: Codec.allForTests)
  func `a struct's functions are methods, whether they wait, throw, take the context or not`(
    codec: Codec
  ) async throws {
    let server = RPCServer()
    try server.register(Forms(prefix: "p"))

    let replies = try await withClient(of: server, codec) { client in
      var replies: [String] = []
      for name in ["Plain", "Throwing", "Async", "AsyncThrowing", "Context", "AsyncContext"] {
        replies.append(try await client.call("Forms." + name, "x"))
      }
      return replies
    }

    #expect(replies == ["px", "px", "px", "px", "Forms.Context", "Forms.AsyncContext"])
  }

  @Test(arguments: Codec.allForTests)
  func `a final class keeps its state between calls`(codec: Codec) async throws {
    let server = RPCServer()
    let counter = ClassCounter()
    try server.register(counter)

    let replies = try await withClient(of: server, codec) { client in
      [
        try await client.call("ClassCounter.Add", 1, returning: Int.self),
        try await client.call("ClassCounter.Add", 2, returning: Int.self),
      ]
    }

    #expect(replies == [1, 2])
    #expect(counter.values.elements == [1, 2])
  }

  @Test(arguments: Codec.allForTests)
  func `an actor's methods are declared by closures`(codec: Codec) async throws {
    let server = RPCServer()
    let counter = ActorCounter()
    try server.register(counter)

    try await withClient(of: server, codec) { client in
      try await withThrowingTaskGroup { group in
        for _ in 0..<100 {
          group.addTask { _ = try await client.call("ActorCounter.Add", 1, returning: Int.self) }
        }
        try await group.waitForAll()
      }
    }

    #expect(await counter.total == 100)
  }

  @Test(arguments: Codec.allForTests)
  func `closures are methods, whether they wait, throw, take the context or not`(codec: Codec) async throws {
    let server = RPCServer()
    try server.register("C.Plain") { (text: String) in text + "1" }
    try server.register("C.Throwing") { (text: String) throws in text + "2" }
    try server.register("C.Async") { (text: String) async in text + "3" }
    try server.register("C.AsyncThrowing") { (text: String) async throws in text + "4" }
    try server.register("C.Context") { (_: Empty, context: RPCContext) async in context.serviceMethod }

    let replies = try await withClient(of: server, codec) { client in
      var replies: [String] = []
      for name in ["Plain", "Throwing", "Async", "AsyncThrowing"] {
        replies.append(try await client.call("C." + name, "x"))
      }
      return replies + [try await client.call("C.Context", Empty())]
    }

    #expect(replies == ["x1", "x2", "x3", "x4", "C.Context"])
  }

  @Test(arguments: Codec.allForTests)
  func `a service is called by its type's name, or by the one it was given`(codec: Codec) async throws {
    let server = RPCServer()
    try server.register(Arith())
    try server.register(Arith(), as: "net.rpc.Arith")

    let sums = try await withClient(of: server, codec) { client in
      [
        try await client.call("Arith.Add", Args(A: 7, B: 8), returning: Reply.self),
        try await client.call("net.rpc.Arith.Add", Args(A: 1, B: 2), returning: Reply.self),
      ]
    }

    #expect(sums == [Reply(C: 15), Reply(C: 3)])
  }

  @Test(arguments: Codec.allForTests)
  func `what any of them throws is the caller's error`(codec: Codec) async throws {
    let server = RPCServer()
    try server.register("E.Sync") { (text: String) throws -> Int in throw ServerError(text) }
    try server.register("E.Place", execution: .eventLoop) { (text: String) throws -> Int in
      throw ServerError(text)
    }
    try server.register("E.Async") { (text: String) async throws -> Int in throw ServerError(text) }
    try server.register("E.Other") { (_: String) throws -> Int in throw CancellationError() }

    let texts = try await withClient(of: server, codec) { client in
      var texts: [String?] = []
      for name in ["Sync", "Place", "Async", "Other"] {
        let error = await failure { () throws(RPCError) in
          try await client.call("E." + name, "no \u{1F9EE} \"that\"", returning: Int.self)
        }
        texts.append(error.serverText)
      }
      return texts
    }

    #expect(texts == Array(repeating: "no \u{1F9EE} \"that\"", count: 3) + ["CancellationError()"])
  }

  @Test(arguments: Codec.allForTests)
  func `the context says who called what, where, and in which format`(codec: Codec) async throws {
    let server = RPCServer()
    let contexts = Record<RPCContext>()
    try server.register("C.Where") { (_: Empty, context: RPCContext) async in
      contexts.append(context)
      return Empty()
    }
    let listener = try await server.listen(on: .tcp("127.0.0.1", port: 0), codec: codec)

    let client = try await RPCClient.connect(to: listener.endpoint, codec: codec)
    _ = try await client.call("C.Where", Empty(), returning: Empty.self)
    try await client.close()
    await server.close()

    let context = try #require(contexts.elements.first)
    #expect(context.serviceMethod == "C.Where")
    #expect(context.codec == codec.name)
    #expect(context.endpoint == listener.endpoint)
    guard case .tcp("127.0.0.1", _) = context.peer.endpoint else {
      Issue.record("\(context.peer)")
      return
    }
  }
}

private struct Forms: RPCService {
  static let methods = [
    RPCMethod("Plain", plain), RPCMethod("Throwing", throwing), RPCMethod("Async", waiting),
    RPCMethod("AsyncThrowing", waitingAndThrowing), RPCMethod("Context", withContext),
    RPCMethod("AsyncContext", waitingWithContext),
  ]

  let prefix: String

  func plain(_ text: String) -> String { prefix + text }
  func throwing(_ text: String) throws -> String { prefix + text }
  func waiting(_ text: String) async -> String { prefix + text }
  func waitingAndThrowing(_ text: String) async throws -> String { prefix + text }
  func withContext(_ text: String, _ context: RPCContext) -> String { context.serviceMethod }
  func waitingWithContext(_ text: String, _ context: RPCContext) async -> String { context.serviceMethod }
}

private final class ClassCounter: RPCService {
  static let methods = [RPCMethod("Add", add)]

  let values = Record<Int>()

  func add(_ number: Int) -> Int {
    values.append(number)
    return values.elements.count
  }
}

private actor ActorCounter: RPCService {
  static let methods = [RPCMethod<ActorCounter>("Add") { try await $0.add($1) }]

  private(set) var total = 0

  func add(_ number: Int) throws -> Int {
    total += number
    return total
  }
}

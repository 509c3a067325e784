import NIOCore
import NIOPosix
import RPCKit
import Testing

/// Where methods run, by every way to declare it.
@Suite(.timeLimit(.minutes(1)))
struct MethodExecutionTests {
  @Test func `nothing declared, a method runs off the event loop`() async throws {
    let places = try await places(of: RPCServer())

    #expect(places == [.elsewhere, .elsewhere, .eventLoop, .eventLoop, .pool, .pool])
  }

  @Test(arguments: [(MethodExecution.eventLoop, Place.eventLoop), (.blocking, .pool)])
  func `what a server declares holds for methods that declare nothing`(
    execution: MethodExecution,
    expected: Place
  ) async throws {
    var configuration = ServerConfiguration()
    configuration.execution = execution

    let places = try await places(of: RPCServer(configuration: configuration))

    #expect(places == [expected, expected, .eventLoop, .eventLoop, .pool, .pool])
  }

  @Test func `what a service declares holds for its methods that declare nothing, whatever the server says`()
    async throws
  {
    var configuration = ServerConfiguration()
    configuration.execution = .blocking
    let server = RPCServer(configuration: configuration)
    try server.register(InPlace())

    let places = try await withClient(of: server, .line) { client in
      [
        try await client.call("InPlace.Here", Empty(), returning: Place.self),
        try await client.call("InPlace.Blocking", Empty(), returning: Place.self),
      ]
    }

    #expect(places == [.eventLoop, .pool])
  }

  @Test func `an asynchronous method on the event loop is back there when what it waited for has come`()
    async throws
  {
    let server = RPCServer()
    let go = Event()
    try server.register("M.Wait", execution: .eventLoop) { (_: Empty) async in
      let before = Place.current
      await go.happened()
      return [before, Place.current]
    }
    try server.register("M.Go") { (_: Empty) in
      go.happen()
      return Empty()
    }

    let places = try await withClient(of: server, .line) { client in
      let waiting = client.start("M.Wait", Empty(), returning: [Place].self)
      _ = try await client.call("M.Go", Empty(), returning: Empty.self)
      return try await waiting.reply
    }

    #expect(places == [.eventLoop, .eventLoop])
  }

  @Test func `a blocking method gives its thread back while it waits, and has one again behind`() async throws
  {
    let server = RPCServer()
    let go = Event()
    try server.register("M.Wait", execution: .blocking) { (_: Empty) async in
      await go.happened()
      return Place.current
    }
    try server.register("M.Go") { (_: Empty) in
      go.happen()
      return Empty()
    }

    let place = try await withClient(of: server, .line) { client in
      let waiting = client.start("M.Wait", Empty(), returning: Place.self)
      _ = try await client.call("M.Go", Empty(), returning: Empty.self)
      return try await waiting.reply
    }

    #expect(place == .pool)
  }

  @Test func `a large argument does not change where a method runs`() async throws {
    let server = RPCServer()
    for (name, execution) in [("C", MethodExecution.concurrent), ("E", .eventLoop), ("B", .blocking)] {
      try server.register("M." + name, execution: execution) { (_: String) in Place.current }
    }
    let large = String(repeating: "x", count: 100_000)

    let places = try await withClient(of: server, .line) { client in
      [
        try await client.call("M.C", large, returning: Place.self),
        try await client.call("M.E", large, returning: Place.self),
        try await client.call("M.B", large, returning: Place.self),
      ]
    }

    #expect(places == [.elsewhere, .eventLoop, .pool])
  }

  @Test func `answering a buffer keeps blocking methods on threads that may block`() async throws {
    let server = RPCServer()
    try server.register("M.B", execution: .blocking) { (_: Empty) in Place.current }

    let replies = await server.respond(to: ByteBuffer(string: "0 M.B {}\n"), codec: .line)

    #expect(String(buffer: replies) == "0 = \"pool\"\n")
  }

  /// Of the methods that declare nothing, the event loop and blocking: the synchronous one, and the asynchronous one.
  private func places(of server: RPCServer) async throws -> [Place] {
    var names: [String] = []
    for (name, execution) in [("N", MethodExecution?.none), ("E", .eventLoop), ("B", .blocking)] {
      try server.register("M.Sync" + name, execution: execution) { (_: Empty) in Place.current }
      try server.register("M.Async" + name, execution: execution) { (_: Empty) async in Place.current }
      names += ["M.Sync" + name, "M.Async" + name]
    }
    return try await withClient(of: server, .line) { client in
      var places: [Place] = []
      for name in names { places.append(try await client.call(name, Empty())) }
      return places
    }
  }
}

/// The kinds of threads that a method can find itself on.
enum Place: String, Codable, Sendable {
  case eventLoop, pool, elsewhere

  static var current: Place {
    if MultiThreadedEventLoopGroup.currentEventLoop != nil { return .eventLoop }
    return threadName.hasPrefix("SGLTN-TP") ? .pool : .elsewhere
  }
}

private struct InPlace: RPCService {
  static let methods = [
    RPCMethod("Here", here), RPCMethod("Blocking", execution: .blocking, here),
  ]
  static let execution: MethodExecution? = .eventLoop

  func here(_ argument: Empty) -> Place { Place.current }
}

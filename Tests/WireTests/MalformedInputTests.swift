import RPCKit
import Testing

/// Malformed input never crashes, hangs or leaks a connection, and is told what is wrong: DESIGN.md 7.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct MalformedInputTests {
  private static let good = #"{"method":"Arith.Multiply","params":[{"A":6,"B":7}],"id":1}"#
  private static let product = #"{"id":1,"result":42,"error":null}"#
  private static let count = #"{"method":"Misc.Count","params":[{}],"id":2}"#
  private static let refusal = #"{"id":null,"result":null,"error":"rpc: server cannot decode request: "#

  @Test(arguments: Setup.all, MalformedInput.small)
  func `a request before it is answered, it is refused in one line, and what comes behind it is never run`(
    _ setup: Setup,
    _ input: MalformedInput
  ) async throws {
    try await check(input, setup)
  }

  @Test(arguments: Setup.whole, MalformedInput.limits)
  func `what is past a limit is refused in the same way`(_ setup: Setup, _ input: MalformedInput) async throws
  {
    try await check(input, setup)
  }

  private func check(_ input: MalformedInput, _ setup: Setup) async throws {
    let bytes = Array(Self.good.utf8) + input.bytes + Array(Self.count.utf8)

    let (transcript, calls) = try await TestServer.serving(setup) { server in
      let transcript = try await RawSocket.converse(with: server.endpoint, sending: bytes, in: setup.chunking)
      return (transcript, server.counter.value)
    }

    try #require(transcript.lines.count == 2)
    #expect(transcript.lines[0] == Self.product)
    #expect(transcript.lines[1].hasPrefix(Self.refusal))
    #expect(transcript.lines[1].utf8.count <= 600)
    if let offset = input.offset { #expect(transcript.lines[1].hasSuffix(#" at byte \#(offset)"}"#)) }
    #expect(transcript.end == .closed)
    #expect(calls == 0)
  }

  @Test(arguments: Setup.whole)
  func `a call that is under way is answered before the refusal`(_ setup: Setup) async throws {
    let lines = try await TestServer.serving(setup) { server in
      try await SocketThreads.run {
        let socket = try RawSocket(to: server.endpoint)
        try socket.send(#"{"method":"Gate.Wait","params":["g"],"id":"wait"}garbage"# + Self.count)
        let other = try RawSocket(to: server.endpoint)
        try other.send(#"{"method":"Gate.Open","params":["g"],"id":"open"}"#)
        _ = try other.readLine()
        return try socket.readToEnd().lines
      }
    }

    try #require(lines.count == 2)
    #expect(lines[0] == #"{"id":"wait","result":"g","error":null}"#)
    #expect(lines[1].hasPrefix(Self.refusal))
  }

  // A plain close loses the line: of 150 clients, 150.
  @Test(arguments: Setup.whole)
  func `the refusal arrives although a mebibyte more is on its way, 150 times`(_ setup: Setup) async throws {
    let flood = Array("garbage".utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)

    let arrived = try await TestServer.serving(setup) { server in
      let endpoint = server.endpoint
      return try await SocketThreads.run {
        try (0..<150).count(where: { _ in
          let socket = try RawSocket(to: endpoint)
          let sent = try socket.send(flood)
          socket.endOutput()
          let transcript = try socket.readToEnd()
          return sent == flood.count && transcript.lines.count == 1 && transcript.text.hasPrefix(Self.refusal)
        })
      }
    }

    #expect(arrived == 150)
  }

  @Test(arguments: Setup.all)
  func `a message that the peer's end of output cuts is refused at every byte of it`(_ setup: Setup)
    async throws
  {
    let request = Array(Self.count.utf8)

    try await TestServer.serving(setup) { server in
      for length in 1..<request.count {
        let cut = Array(request.prefix(length))
        let transcript = try await RawSocket.converse(with: server.endpoint, sending: cut, in: setup.chunking)
        #expect(transcript.text == DepartureTests.refusal("unexpected end of input at byte \(length)"))
      }
      #expect(server.counter.value == 0)
    }
  }

  @Test(arguments: Setup.whole)
  func `a connection that is refused makes room for another one`(_ setup: Setup) async throws {
    var configuration = ServerConfiguration()
    configuration.maximumConnections = 4

    let (refused, served) = try await TestServer.serving(setup, configuration) { server in
      let endpoint = server.endpoint
      return try await SocketThreads.run {
        var refused = 0
        for input in MalformedInput.all {
          // A place may become free a moment after its connection's end has been seen.
          while try Self.text(from: endpoint, for: input.bytes).isEmpty {}
          refused += 1
        }
        return (refused, try Self.servedTogether(endpoint, count: 4))
      }
    }

    #expect(refused == MalformedInput.all.count)
    #expect(served)
  }

  @Test(arguments: Setup.whole)
  func `peers that reset their connections while they are served leave nothing behind`(_ setup: Setup)
    async throws
  {
    var configuration = ServerConfiguration()
    configuration.maximumConnections = 4

    let served = try await TestServer.serving(setup, configuration) { server in
      let endpoint = server.endpoint
      return try await SocketThreads.run {
        for _ in 0..<1000 {
          let socket = try RawSocket(to: endpoint)
          try socket.send(Self.good + #"{"method":"Gate.Wait","params":["never"],"id":3}"#)
          try socket.reset()
        }
        return try Self.servedTogether(endpoint, count: 4)
      }
    }

    #expect(served)
  }

  @Test(arguments: Setup.whole, ["", "{", "garbage", "\0"])
  func `peers that reset their connections after whatever they sent leave nothing behind`(
    _ setup: Setup,
    _ text: String
  ) async throws {
    var configuration = ServerConfiguration()
    configuration.maximumConnections = 4

    let served = try await TestServer.serving(setup, configuration) { server in
      let endpoint = server.endpoint
      return try await SocketThreads.run {
        for _ in 0..<500 {
          let socket = try RawSocket(to: endpoint)
          try socket.send(text)
          try socket.reset()
        }
        return try Self.servedTogether(endpoint, count: 4)
      }
    }

    #expect(served)
  }

  @Test(arguments: Setup.whole)
  func `connections past the limit are closed without being read, and others go on`(_ setup: Setup)
    async throws
  {
    var configuration = ServerConfiguration()
    configuration.maximumConnections = 2

    let (refused, lines, again) = try await TestServer.serving(setup, configuration) { server in
      let endpoint = server.endpoint
      return try await SocketThreads.run {
        let held = [try RawSocket(to: endpoint), try RawSocket(to: endpoint)]
        for socket in held { try socket.send(Self.good) }
        _ = try held.map { try $0.readLine() }
        let refused = try Self.text(from: endpoint, for: Array(Self.count.utf8))
        for socket in held { try socket.send(Self.good) }
        let lines = try held.map { try $0.readLine() }
        for socket in held { socket.close() }
        return (refused, lines, try Self.servedTogether(endpoint, count: 2))
      }
    }

    #expect(refused == "")
    #expect(lines == [Self.product, Self.product])
    #expect(again)
  }

  /// All that one connection is answered.
  private static func text(from endpoint: Endpoint, for bytes: [UInt8]) throws -> String {
    let socket = try RawSocket(to: endpoint)
    try socket.send(bytes)
    socket.endOutput()
    return try socket.readToEnd().text
  }

  /// Whether as many connections are served at the same time, soon if not at once.
  private static func servedTogether(_ endpoint: Endpoint, count: Int) throws -> Bool {
    let deadline = ContinuousClock.now + .seconds(10)
    repeat {
      let sockets = try (0..<count).map { _ in try RawSocket(to: endpoint) }
      for socket in sockets { try socket.send(good) }
      let lines = sockets.map { try? $0.readLine() }
      if lines.allSatisfy({ $0 == product }) { return true }
    } while .now < deadline
    return false
  }
}

import RPCKit
import Testing

/// What the client survives, and of what it dies properly: DESIGN.md 7.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct HostileServerTests {
  /// How the calls of one conversation ended, and what the server got.
  struct Ends: Sendable {
    /// Call 0, at which the odd message was aimed, call 1, which waited beside it, and call 2, which came behind.
    var calls: [CallOutcome]
    /// The lines behind the first two requests.
    var lines: [String]
  }

  @Test(arguments: Setup.all, HostileReply.survived)
  func `an odd message fails one call at most`(_ setup: Setup, _ reply: HostileReply) async throws {
    let ends = try await play(reply, setup)

    let third = #"{"method":"C","params":[2],"id":2}"#
    switch reply.verdict {
    case .completes(let outcome):
      #expect(ends.calls == [outcome, .returned(101), .returned(102)])
      #expect(ends.lines == [third])
    case .isIgnored:
      #expect(ends.calls == [.returned(100), .returned(101), .returned(102)])
      #expect(ends.lines == [third])
    case .isAnswered(let answer):
      #expect(ends.calls == [.returned(100), .returned(101), .returned(102)])
      #expect(ends.lines.sorted() == [answer, third].sorted())
    case .endsConnection:
      Issue.record("not in this table")
    }
  }

  @Test(arguments: Setup.all, HostileReply.fatal)
  func `a message that cannot be read ends every call at once`(_ setup: Setup, _ reply: HostileReply)
    async throws
  {
    let ends = try await play(reply, setup)

    guard case .endsConnection(let error) = reply.verdict else {
      Issue.record("not in this table")
      return
    }
    #expect(ends.calls == [.protocolViolation(error), .protocolViolation(error), .shutdown])
    #expect(ends.lines == [])
  }

  @Test(arguments: Setup.all)
  func `replies may come in any order, with any white space`(_ setup: Setup) async throws {
    let (_, outcomes) = try await ScriptedServer.run(on: setup.socket) { socket in
      for _ in 0..<3 { _ = try socket.readLine() }
      for id in [2, 0, 1] {
        try socket.send("\r\n\r\n {\"id\" : \(id),\r\n\"result\":\t\(100 + id)}", in: setup.chunking)
      }
      return try socket.readToEnd().bytes.count
    } test: { server in
      let client = try await RPCClient.connect(to: server.endpoint, codec: setup.engine.codec)
      let calls = (0..<3).map { client.start("M", $0, returning: Int.self) }
      var outcomes: [CallOutcome] = []
      for call in calls { outcomes.append(await CallOutcome(of: call)) }
      try await client.close()
      return outcomes
    }

    #expect(outcomes == [.returned(100), .returned(101), .returned(102)])
  }

  @Test(arguments: Setup.all)
  func `a null result is a value where an optional is asked for`(_ setup: Setup) async throws {
    let (_, reply) = try await ScriptedServer.run(on: setup.socket) { socket in
      _ = try socket.readLine()
      try socket.send(#"{"id":0,"result":null,"error":null}"#, in: setup.chunking)
      return try socket.readToEnd().bytes.count
    } test: { server in
      let client = try await RPCClient.connect(to: server.endpoint, codec: setup.engine.codec)
      let reply = try await client.call("M", 1, returning: Int?.self)
      try await client.close()
      return reply
    }

    #expect(reply == nil)
  }

  @Test(arguments: Setup.all)
  func `half a reply and the end of the connection fail every call`(_ setup: Setup) async throws {
    let ends = try await playToTheEnd(setup) { socket in
      try socket.send(#"{"id":0,"result":1"#, in: setup.chunking)
    }

    #expect(ends == [.connectionLost("unexpected EOF"), .connectionLost("unexpected EOF"), .shutdown])
  }

  @Test(arguments: Setup.all)
  func `a reply and the end of the connection fail the other call only`(_ setup: Setup) async throws {
    let ends = try await playToTheEnd(setup) { socket in
      try socket.send(#"{"id":0,"result":7,"error":null}"#, in: setup.chunking)
    }

    #expect(ends == [.returned(7), .connectionLost("unexpected EOF"), .shutdown])
  }

  @Test(arguments: Setup.whole)
  func `the end of the connection fails every call`(_ setup: Setup) async throws {
    let ends = try await playToTheEnd(setup) { _ in }

    #expect(ends == [.connectionLost("unexpected EOF"), .connectionLost("unexpected EOF"), .shutdown])
  }

  @Test(arguments: Setup.whole)
  func `a reset fails every call`(_ setup: Setup) async throws {
    let ends = try await playToTheEnd(setup) { try $0.reset() }

    for end in ends.prefix(2) {
      guard case .connectionLost = end else {
        Issue.record("\(end)")
        continue
      }
    }
    #expect(ends.last == .shutdown)
  }

  @Test(arguments: Setup.whole)
  func `a server that says nothing fails the call when its time is over, and a late reply is dropped`(
    _ setup: Setup
  ) async throws {
    let (_, ends) = try await ScriptedServer.run(on: setup.socket) { socket in
      _ = try socket.readLine()
      // The second call comes when the first one's time is over.
      _ = try socket.readLine()
      try socket.send(#"{"id":0,"result":100,"error":null}{"id":1,"result":101,"error":null}"#)
      return try socket.readToEnd().bytes.count
    } test: { server in
      let client = try await RPCClient.connect(to: server.endpoint, codec: setup.engine.codec)
      let first = client.start("M", 0, returning: Int.self, timeout: .milliseconds(100))
      var ends = [await CallOutcome(of: first)]
      ends.append(await CallOutcome(of: client.start("M", 1, returning: Int.self)))
      try await client.close()
      return ends
    }

    #expect(ends == [.timedOut, .returned(101)])
  }

  @Test(arguments: Setup.whole)
  func `an endless reply is refused near the limit`(_ setup: Setup) async throws {
    let flood = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)

    let (accepted, ends) = try await ScriptedServer.run(on: setup.socket) { socket in
      for _ in 0..<2 { _ = try socket.readLine() }
      var accepted = try socket.send(#"{"id":0,"result":""#)
      for _ in 0..<256 {
        let count = try socket.send(flood)
        accepted += count
        if count < flood.count { break }
      }
      return accepted
    } test: { server in
      try await outcomes(server, setup)
    }

    let error = CodecError.limitExceeded(.bytes, maximum: 4 << 20, messageID: MessageID(0))
    #expect(ends == [.protocolViolation(error), .protocolViolation(error), .shutdown])
    // What a Unix socket holds is bounded by the sender's buffer; what TCP holds grows to six megabytes and more.
    #expect(accepted >= 4 << 20)
    #expect(accepted <= (setup.socket == .unix ? 5 << 20 : 24 << 20))
  }

  @Test(arguments: Setup.whole)
  func `ten thousand stray replies are ignored`(_ setup: Setup) async throws {
    let strays = (0..<10_000).map { #"{"id":\#($0 + 10),"result":null,"error":null}"# + "\n" }.joined()

    let ends = try await play(HostileReply("strays", strays, .isIgnored), setup)

    #expect(ends.calls == [.returned(100), .returned(101), .returned(102)])
  }

  /// Two calls wait; the odd message comes, then the proper reply of each; then a third call is made and answered.
  private func play(_ reply: HostileReply, _ setup: Setup) async throws -> Ends {
    let (lines, calls) = try await ScriptedServer.run(on: setup.socket) { socket in
      for _ in 0..<2 { _ = try socket.readLine() }
      try socket.send(reply.bytes, in: setup.chunking)
      try socket.send("\r\n" + #"{"id":0,"result":100,"error":null}"#, in: setup.chunking)
      try socket.send(#"{"id":1,"result":101,"error":null}"# + "\r\n", in: setup.chunking)
      var lines: [String] = []
      do {
        while true {
          let line = try socket.readLine()
          lines.append(line)
          if line.hasSuffix(#","id":2}"#) { try socket.send(#"{"id":2,"result":102,"error":null}"#) }
        }
      } catch is SocketEnded {
        return lines
      }
    } test: { server in
      try await outcomes(server, setup)
    }
    return Ends(calls: calls, lines: lines)
  }

  /// Two calls wait; the script does what it does, and the connection ends.
  private func playToTheEnd(
    _ setup: Setup,
    _ script: @escaping @Sendable (RawSocket) throws -> Void
  ) async throws -> [CallOutcome] {
    try await ScriptedServer.run(on: setup.socket) { socket in
      for _ in 0..<2 { _ = try socket.readLine() }
      try script(socket)
      socket.close()
    } test: { server in
      try await outcomes(server, setup)
    }.test
  }

  private func outcomes(_ server: ScriptedServer, _ setup: Setup) async throws -> [CallOutcome] {
    let client = try await RPCClient.connect(to: server.endpoint, codec: setup.engine.codec)
    let first = client.start("A", 0, returning: Int.self, timeout: .seconds(20))
    let second = client.start("B", 1, returning: Int.self, timeout: .seconds(20))
    var outcomes = [await CallOutcome(of: first), await CallOutcome(of: second)]
    let third = client.start("C", 2, returning: Int.self, timeout: .seconds(20))
    outcomes.append(await CallOutcome(of: third))
    try await client.close()
    return outcomes
  }
}

import RPCKit
import Testing

/// When answers come, and that each comes whole. (GO-BEHAVIOUR.md 17, 22, 23, 28)
@Suite(.serialized, .timeLimit(.minutes(2)))
struct AnswerOrderTests {
  private static let wait = #"{"method":"Gate.Wait","params":["g"],"id":"wait"}"#
  private static let open = #"{"method":"Gate.Open","params":["g"],"id":"open"}"#
  private static let waited = #"{"id":"wait","result":"g","error":null}"#
  private static let opened = #"{"id":"open","result":"open","error":null}"#

  // 22
  @Test(arguments: Setup.all)
  func `calls run at the same time, and are answered as they end`(_ setup: Setup) async throws {
    let transcript = try await TestServer.serving(setup) { server in
      try await SocketThreads.run {
        let socket = try RawSocket(to: server.endpoint)
        try socket.send(Self.wait, in: setup.chunking)
        try socket.send(#"{"method":"Arith.Multiply","params":[{"A":2,"B":3}],"id":1}"#, in: setup.chunking)
        // The second request is answered while the first one's call goes on.
        let first = try socket.readLine()
        try socket.send(Self.open, in: setup.chunking)
        return (first, Set([try socket.readLine(), try socket.readLine()]))
      }
    }

    #expect(transcript.0 == #"{"id":1,"result":6,"error":null}"#)
    #expect(transcript.1 == [Self.waited, Self.opened])
  }

  // 22
  @Test(arguments: Setup.all)
  func `calls of an ordered server are answered in their order`(_ setup: Setup) async throws {
    let requests = (0..<50).map { #"{"method":"Misc.Ints","params":[[\#($0)]],"id":\#($0)}"# }.joined()

    let transcript = try await TestServer.serving(setup, TestServer.ordered) { server in
      try await RawSocket.converse(with: server.endpoint, sending: requests, in: setup.chunking)
    }

    #expect(transcript.lines == (0..<50).map { #"{"id":\#($0),"result":[\#($0)],"error":null}"# })
  }

  // 23
  @Test(arguments: Setup.whole)
  func `large replies of one connection do not mingle`(_ setup: Setup) async throws {
    let requests = (0..<20).map { #"{"method":"Misc.Text","params":[\#(100_000 + $0)],"id":\#($0)}"# }
      .joined()

    let transcript = try await TestServer.serving(setup) { server in
      try await RawSocket.converse(with: server.endpoint, sending: requests)
    }

    let expected = (0..<20).map { id in
      #"{"id":\#(id),"result":"\#(String(repeating: "x", count: 100_000 + id))","error":null}"#
    }
    #expect(Set(transcript.lines) == Set(expected))
    #expect(transcript.lines.count == 20)
  }

  // 23
  @Test(arguments: Setup.whole)
  func `a peer that does not read holds up its own connection only`(_ setup: Setup) async throws {
    let requests = (0..<16).map { #"{"method":"Misc.Text","params":[400000],"id":\#($0)}"# }.joined()

    try await TestServer.serving(setup) { server in
      let endpoint = server.endpoint
      let (other, lines) = try await SocketThreads.run {
        let slow = try RawSocket(to: endpoint)
        try slow.send(requests)
        let quick = try RawSocket(to: endpoint)
        try quick.send(#"{"method":"Arith.Multiply","params":[{"A":2,"B":3}],"id":1}"#)
        let other = try quick.readLine()
        slow.endOutput()
        return (other, try slow.readToEnd().lines)
      }

      #expect(other == #"{"id":1,"result":6,"error":null}"#)
      #expect(lines.count == 16)
      #expect(lines.allSatisfy { $0.utf8.count > 400_000 })
    }
  }

  // 28
  @Test(arguments: Setup.whole)
  func `a peer that has ended its output gets every answer, 2,000 times`(_ setup: Setup) async throws {
    let request = #"{"method":"Arith.Multiply","params":[{"A":6,"B":7}],"id":1}"#

    let right = try await TestServer.serving(setup) { server in
      let endpoint = server.endpoint
      return try await SocketThreads.run {
        var right = 0
        for _ in 0..<2000 {
          let socket = try RawSocket(to: endpoint)
          try socket.send(request)
          socket.endOutput()
          let transcript = try socket.readToEnd()
          let isRight = transcript.text == #"{"id":1,"result":42,"error":null}"# + "\n"
          right += isRight && transcript.end == .closed ? 1 : 0
        }
        return right
      }
    }

    #expect(right == 2000)
  }

  // 28
  @Test(arguments: Setup.all)
  func `a call that takes long is answered although the peer has ended its output`(_ setup: Setup)
    async throws
  {
    let text = try await TestServer.serving(setup) { server in
      try await SocketThreads.run {
        let waiting = try RawSocket(to: server.endpoint)
        try waiting.send(Self.wait, in: setup.chunking)
        waiting.endOutput()
        let other = try RawSocket(to: server.endpoint)
        try other.send(Self.open, in: setup.chunking)
        _ = try other.readLine()
        return try waiting.readToEnd().text
      }
    }

    #expect(text == Self.waited + "\n")
  }

  // Go has no limit: 59.
  @Test(arguments: Setup.all)
  func `past the limit of calls in flight, the next request waits for an answer`(_ setup: Setup) async throws
  {
    var configuration = ServerConfiguration()
    configuration.maximumCallsInFlight = 2
    let requests =
      #"{"method":"Gate.Wait","params":["a"],"id":1}{"method":"Gate.Wait","params":["b"],"id":2}"#
      + #"{"method":"Misc.Count","params":[{}],"id":3}"#

    let lines = try await TestServer.serving(setup, configuration) { server in
      try await SocketThreads.run {
        let socket = try RawSocket(to: server.endpoint)
        try socket.send(requests, in: setup.chunking)
        let other = try RawSocket(to: server.endpoint)
        try other.send(#"{"method":"Gate.Open","params":["a"],"id":0}"#)
        let first = [try socket.readLine(), try socket.readLine()]
        try other.send(#"{"method":"Gate.Open","params":["b"],"id":0}"#)
        return first + [try socket.readLine()]
      }
    }

    #expect(
      lines == [
        #"{"id":1,"result":"a","error":null}"#, #"{"id":3,"result":1,"error":null}"#,
        #"{"id":2,"result":"b","error":null}"#,
      ]
    )
  }
}

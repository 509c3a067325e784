import Codecs
import NIOCore
import RPCKit
import Testing

/// What a client sends, byte for byte, and how its calls end. (GO-BEHAVIOUR.md 32 to 36, 46, 48)
@Suite(.serialized, .timeLimit(.minutes(2)))
struct ClientWireTests {
  // 32, 46
  @Test(arguments: Setup.whole)
  func `a request has method, params and id in this order, one parameter, ids from 0, and a line feed`(
    _ setup: Setup
  ) async throws {
    let sent = try await record(setup) { client in
      _ = client.start("Arith.Sum", [7, 8], returning: Int.self)
      _ = client.start("Arith.Sum", Sum(C: 1), returning: Int.self)
      _ = client.start("Arith.Sum", Int?.none, returning: Int.self)
      _ = client.start("Arith.Sum", Empty(), returning: Int.self)
      _ = client.start("Arith.Sum", "x", returning: Int.self)
    }

    #expect(
      sent == """
        {"method":"Arith.Sum","params":[[7,8]],"id":0}
        {"method":"Arith.Sum","params":[{"C":1}],"id":1}
        {"method":"Arith.Sum","params":[null],"id":2}
        {"method":"Arith.Sum","params":[{}],"id":3}
        {"method":"Arith.Sum","params":["x"],"id":4}

        """
    )
  }

  // PEERS.md: whether a method has a dot is the server's business. 48: Go's escapes.
  @Test(arguments: Setup.whole)
  func `a method's name is sent whatever it is, with Go's escapes`(_ setup: Setup) async throws {
    let sent = try await record(setup) { client in
      _ = client.start("list_dbs", 1, returning: Int.self)
      _ = client.start("", 1, returning: Int.self)
      _ = client.start("<&>/\"\\\u{1}\n\u{2028}é😀", 1, returning: Int.self)
    }

    #expect(
      sent == #"{"method":"list_dbs","params":[1],"id":0}"# + "\n"
        + #"{"method":"","params":[1],"id":1}"# + "\n"
        + #"{"method":"\u003c\u0026\u003e/\"\\\u0001\n\u2028é😀","params":[1],"id":2}"# + "\n"
    )
  }

  // 48
  @Test(arguments: Setup.whole)
  func `an argument's text is UTF-8 with short escapes, and numbers have their shortest form`(
    _ setup: Setup
  ) async throws {
    let sent = try await record(setup) { client in
      _ = client.start("M", "\"\\/\u{8}\u{C}\n\r\t\u{1}\u{1F}\u{7F}😀é", returning: Int.self)
      _ = client.start("M", [0.1, 0.5, 3, -2.25], returning: Int.self)
      _ = client.start("M", [Int64.max, Int64.min], returning: Int.self)
      _ = client.start("M", UInt64.max, returning: Int.self)
    }

    #expect(
      sent == #"{"method":"M","params":["\"\\/\b\f\n\r\t\u0001\u001f"# + "\u{7F}😀é\"],\"id\":0}\n"
        + #"{"method":"M","params":[[0.1,0.5,3,-2.25]],"id":1}"# + "\n"
        + #"{"method":"M","params":[[9223372036854775807,-9223372036854775808]],"id":2}"# + "\n"
        + #"{"method":"M","params":[18446744073709551615],"id":3}"# + "\n"
    )
  }

  @Test(arguments: Setup.whole)
  func `a body that is encoded already is sent as it is spelled`(_ setup: Setup) async throws {
    let sent = try await record(setup) { client in
      let body = Body(bytes: ByteBuffer(string: #"[1.0,1E400,"\u0041"]"#), coder: setup.engine.codec.coder)
      // The server does not answer.
      _ = try? await client.call("M", body: body, timeout: .milliseconds(1))
    }

    #expect(sent == #"{"method":"M","params":[[1.0,1E400,"\u0041"]],"id":0}"# + "\n")
  }

  // 34. In Go such a call takes a number, which no peer can tell.
  @Test(arguments: Setup.whole)
  func `a call whose argument cannot be encoded sends nothing, takes no number, and fails alone`(
    _ setup: Setup
  ) async throws {
    let sent = try await record(setup) { client in
      _ = client.start("M", 0, returning: Int.self)
      for _ in 0..<3 {
        await #expect(throws: RPCError.self) { try await client.call("M", Double.nan, returning: Int.self) }
        await #expect(throws: RPCError.self) {
          try await client.call("M", Unencodable(), returning: Int.self)
        }
      }
      _ = client.start("M", 1, returning: Int.self)
    }

    #expect(
      sent == #"{"method":"M","params":[0],"id":0}"# + "\n" + #"{"method":"M","params":[1],"id":1}"# + "\n"
    )
  }

  // 33, 36
  @Test(arguments: Setup.whole)
  func `closing fails the calls that wait and all later ones with the shutdown error`(_ setup: Setup)
    async throws
  {
    let (_, ends) = try await ScriptedServer.run(on: setup.socket) { socket in
      try socket.readToEnd().lines
    } test: { server in
      let client = try await RPCClient.connect(to: server.endpoint, codec: setup.engine.codec)
      let waiting = client.start("M", 0, returning: Int.self)
      try await client.close()
      return [
        await CallOutcome(of: waiting), await CallOutcome(of: client.start("M", 1, returning: Int.self)),
      ]
    }

    #expect(ends == [.shutdown, .shutdown])
    #expect(RPCError.shutdown.description == "connection is shut down")
  }

  // 40
  @Test(arguments: Setup.whole)
  func `closing twice is the shutdown error`(_ setup: Setup) async throws {
    _ = try await ScriptedServer.run(on: setup.socket) { socket in
      try socket.readToEnd().lines
    } test: { server in
      let client = try await RPCClient.connect(to: server.endpoint, codec: setup.engine.codec)
      try await client.close()
      let error = await #expect(throws: RPCError.self) { try await client.close() }
      #expect(error.map(CallOutcome.init) == .shutdown)
    }
  }

  /// Everything that a client sends for these calls, which nobody answers.
  private func record(
    _ setup: Setup,
    _ calls: (RPCClient) async throws -> Void
  ) async throws -> String {
    try await ScriptedServer.run(on: setup.socket) { socket in
      var text = ""
      while true {
        let line = try socket.readLine()
        // The last call says that all others have come.
        if line.hasPrefix(#"{"method":"Last","#), let id = line.split(separator: ":").last {
          try socket.send(#"{"result":0,"id":\#(id)"#)
          return text
        }
        text += line + "\n"
      }
    } test: { server in
      let client = try await RPCClient.connect(to: server.endpoint, codec: setup.engine.codec)
      try await calls(client)
      _ = try await client.call("Last", 0, returning: Int.self)
      try await client.close()
    }.script
  }
}

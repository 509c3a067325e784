import Codecs
import NIOCore
import RPCKit
import TestSupport
import Testing

/// What a server and a client write to swift-log.
@Suite(.timeLimit(.minutes(1)))
struct LogTests {
  @Test(arguments: Engine.all)
  func `a connection's beginning and end are a line each, with peer and codec`(engine: Engine) async throws {
    let log = RecordingLog()
    try await withServer(codec: engine.codec, logger: log.logger) { _, endpoint in
      try await withClient(of: endpoint, codec: engine.codec) { client in
        _ = try await client.call("Arith.Multiply", Args(A: 1, B: 1), returning: Int.self)
      }
      let connected = await log.waitForLine("connected")
      let disconnected = await log.waitForLine("disconnected")

      #expect(connected.count == 1 && disconnected.count == 1)
      for line in connected + disconnected {
        #expect(line.hasPrefix("info "))
        #expect(line.contains(" codec=\(engine.name) "))
        #expect(line.contains(" peer=tcp://127.0.0.1:"))
      }
    }
  }

  @Test func `a failed request is one line with peer, codec, method and reason, and a good one is none`()
    async throws
  {
    let log = RecordingLog()
    try await withServer(logger: log.logger) { _, endpoint in
      try await withClient(of: endpoint) { client in
        _ = try await client.call("Arith.Divide", Args(A: 6, B: 3), returning: Quotient.self)
        await expectError("divide by zero") {
          try await client.call("Arith.Divide", Args(A: 6, B: 0), returning: Quotient.self)
        }
      }

      let lines = log.lines("call failed")

      #expect(lines.count == 1)
      #expect(
        lines.first?.hasPrefix("notice call failed codec=foundation method=Arith.Divide peer=tcp://") == true
      )
      #expect(lines.first?.hasSuffix(" reason=divide by zero") == true)
    }
  }

  @Test(arguments: [
    ("Nope.Secret", "rpc: can't find service "), ("Arith.Nope", "rpc: can't find method "),
    ("Nope", "rpc: service/method request ill-formed: "),
  ])
  func `a name that does not exist stands in its line once`(name: String, reason: String) async throws {
    let log = RecordingLog()
    try await withServer(logger: log.logger) { _, endpoint in
      _ = try await answer(
        to: #"{"method":"\#(name)","params":[1],"id":1}"#,
        from: endpoint,
        halfClosing: true
      )

      let line = try #require(log.lines("call failed").first)

      #expect(line.hasSuffix(" reason=\(reason)"))
      #expect(line.contains(" method=\(name) "))
    }
  }

  @Test func `what a peer sent is one line, without control characters, of at most 256 bytes`() async throws {
    let log = RecordingLog()
    try await withServer(offering: .connect(), logger: log.logger) { _, endpoint in
      let long = String(repeating: "z", count: 1 << 20)
      for name in [#"a\nFAKE\u001b[31m"#, long, #"Arith.\n\#(long)"#, #"\u2028\u202e\u0085\u0000é"#] {
        _ = try await answer(
          to: #"{"method":"\#(name)","params":[1],"id":1}"#,
          from: endpoint,
          halfClosing: true
        )
      }
      _ = try await answer(to: "GET /\(String(repeating: "z", count: 4000)) HTTP/1.1\r\n\r\n", from: endpoint)

      for line in log.lines {
        #expect(line.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F && $0.value != 0x2028 })
        #expect(line.utf8.count { $0 == UInt8(ascii: "z") } <= 256)
        #expect(line.utf8.count < 600)
      }
      #expect(log.lines.contains { $0.contains(#"method=a\nFAKE\u{1B}[31m"#) })
    }
  }

  @Test func `arguments are never logged`() async throws {
    let log = RecordingLog()
    try await withServer(logger: log.logger) { server, endpoint in
      try server.register("Safe.Fail") { (_: String) async throws -> Int in throw ServerError("refused") }
      for params in [#"["hunter2"]"#, #"[{"hunter2":"hunter2"}]"#, #"["hunter2"#] {
        _ = try await answer(
          to: #"{"method":"Safe.Fail","params":\#(params),"id":"hunter2"}"#,
          from: endpoint,
          halfClosing: true
        )
      }

      #expect(log.lines("call failed").count == 2)
      #expect(log.lines("refused: malformed request").count == 1)
      #expect(!log.lines.contains { $0.contains("hunter2") })
    }
  }

  @Test func `what is refused is a line that says why`() async throws {
    let log = RecordingLog()
    var configuration = ServerConfiguration()
    configuration.maximumConnections = 1
    try await withServer(configuration, offering: .connect(), logger: log.logger) { _, endpoint in
      let first = try await RawConnection.connect(to: endpoint)
      _ = await log.waitForLine("connected")
      _ = try await answer(to: "", from: endpoint)
      try await first.send("GET /nope HTTP/1.1\r\n\r\n")
      _ = await first.readToEnd()
      await first.close()
      _ = await log.waitForLine("disconnected")

      let tooMany = log.lines("refused: too many connections")
      #expect(tooMany.count == 1)
      #expect(tooMany.allSatisfy { $0.contains(" limit=1 ") && $0.hasSuffix(" refused=1") })
      let refused = try #require(log.lines("refused: HTTP request").first)
      #expect(refused.contains(" request=GET /nope ") && refused.hasSuffix(" status=404 Not Found"))
    }
  }

  @Test func `however many connections are too many, the log says so once a minute`() async throws {
    let log = RecordingLog()
    var configuration = ServerConfiguration()
    configuration.maximumConnections = 0
    try await withServer(configuration, logger: log.logger) { _, endpoint in
      for _ in 0..<20 { _ = try await answer(to: "", from: endpoint) }

      #expect(log.lines("refused: too many connections").count == 1)
    }
  }

  @Test func `a probe that finds no method is a line for debugging`() async throws {
    let log = RecordingLog()
    try await withServer(logger: log.logger) { _, endpoint in
      try await withClient(of: endpoint) { client in
        await expectError("rpc: can't find service RPC.Ping") {
          try await client.call(ServerProbe.defaultMethod, Empty(), returning: Empty.self)
        }
        await expectError("rpc: can't find service RPC.Pong") {
          try await client.call("RPC.Pong", Empty(), returning: Empty.self)
        }
      }

      let levels = log.lines("call failed").map { $0.prefix { $0 != " " } }

      #expect(levels == ["debug", "notice"])
    }
  }

  @Test func `a time limit that is passed is a line that says which and how long it is`() async throws {
    let log = RecordingLog()
    var configuration = ServerConfiguration()
    configuration.messageTimeout = .milliseconds(50)
    configuration.writeTimeout = .milliseconds(100)
    try await withServer(configuration, logger: log.logger) { server, endpoint in
      try server.register("Slow.Wait", timeout: .milliseconds(50)) { (_: Empty) async in
        await untilCancelled()
        return Empty()
      }
      try server.register("Slow.Text") { (_: Empty) in String(repeating: "x", count: 4_000_000) }
      let wait = try await RawConnection.connect(to: endpoint)
      try await wait.send(#"{"method":"Slow.Wait","params":[{}],"id":1}{"method":"\n"#)
      let deaf = try await RawConnection.connect(to: endpoint, reads: false)
      try await deaf.send((0..<8).map { #"{"method":"Slow.Text","params":[{}],"id":\#($0)}"# }.joined())

      let late = await log.waitForLine("call failed")
      let unfinished = await log.waitForLine("closing: a message was not finished in time")
      let stalled = await log.waitForLine("closing: the peer does not read")

      #expect(late.count == 1 && unfinished.count == 1 && stalled.count == 1)
      #expect(late.first?.hasSuffix(" reason=rpc: method took longer than 0.05 seconds") == true)
      #expect(unfinished.first?.contains(" limit=0.05 seconds ") == true)
      #expect(stalled.first?.contains(" limit=0.1 seconds ") == true)
      await wait.close()
      await deaf.close()
    }
  }

  @Test func `requests in a buffer are logged as those of a connection`() async throws {
    let log = RecordingLog()
    let server = RPCServer(logger: log.logger)
    try server.register(Arith())

    _ = await server.respond(
      to: .init(string: #"{"method":"Arith.Divide","params":[{"A":1,"B":0}],"id":1}{"#),
      codec: .foundationJSON
    )

    #expect(log.lines("call failed").count == 1)
    #expect(log.lines("refused: malformed request").count == 1)
  }

  @Test func `a client logs its connection too, and why it was lost`() async throws {
    let log = RecordingLog()
    try await withServer { server, endpoint in
      let client = try await RPCClient.connect(to: endpoint, codec: .foundationJSON, logger: log.logger)
      _ = try await client.call("Arith.Multiply", Args(A: 1, B: 1), returning: Int.self)
      await server.close()

      let lost = await log.waitForLine("disconnected")

      #expect(log.lines("connected").first?.contains(" peer=tcp://127.0.0.1:\(endpoint.port)") == true)
      #expect(lost.first?.hasSuffix(" reason=connection lost: unexpected EOF") == true)
      #expect(lost.count == 1)
    }
  }
}

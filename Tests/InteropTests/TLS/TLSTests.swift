#if TLS
  import Foundation
  import RPCKit
  import Testing

  /// Calls over TLS between RPCKit's own two ends, and with a client that is only half proper.
  @Suite(.needs(.openssl), .timeLimit(.minutes(1)))
  struct TLSTests {
    @Test(arguments: Engine.all)
    func `calls are answered over TLS`(engine: Engine) async throws {
      let certificates = try await Certificates.made()

      try await withTLSServer(certificates.server(), codec: engine.codec) { port, _ in
        try await withTLSClient(certificates.client(), port: port, codec: engine.codec) { client in
          let products = try await withThrowingTaskGroup(of: Int.self) { calls in
            for number in 0..<200 {
              calls.addTask {
                try await client.call("Arith.Multiply", Args(A: number, B: 2), returning: Int.self)
              }
            }
            return try await calls.reduce(0, +)
          }
          #expect(products == 199 * 200)
        }
      }
    }

    @Test(arguments: Engine.all)
    func `megabytes cross TLS in both directions`(engine: Engine) async throws {
      let certificates = try await Certificates.made()
      let text = String(repeating: "0123456789abcdef", count: 3 << 16)

      try await withTLSServer(certificates.server(), codec: engine.codec) { port, _ in
        try await withTLSClient(certificates.client(), port: port, codec: engine.codec) { client in
          let echo = try await client.call("Misc.Echo", text, returning: String.self)
          #expect(echo == text)
        }
      }
    }

    @Test func `a hundred clients at a time have their handshakes and their answers`() async throws {
      let certificates = try await Certificates.made()

      try await withTLSServer(certificates.server()) { port, _ in
        let products = try await withThrowingTaskGroup(of: Int.self) { clients in
          for number in 0..<100 {
            clients.addTask {
              try await withTLSClient(certificates.client(), port: port) { client in
                try await client.call("Arith.Multiply", Args(A: number, B: 2), returning: Int.self)
              }
            }
          }
          return try await clients.reduce(0, +)
        }
        #expect(products == 99 * 100)
      }
    }

    @Test func `both ends know that the line is encrypted`() async throws {
      let certificates = try await Certificates.made()
      let log = RecordedLog()

      try await withTLSServer(certificates.server(), log: log) { port, _ in
        try await withTLSClient(certificates.client(), port: port) { client in
          let caller = try await client.call("Who.Calls", Empty(), returning: Caller.self)
          #expect(caller == Caller(address: "tls", name: nil, names: [], certificateBytes: 0))
        }
        #expect(try await log.line("connected").contains("peer=tls://127.0.0.1:"))
      }
    }

    @Test func `a peer that ends its output gets the answers that are on their way`() async throws {
      let certificates = try await Certificates.made()

      try await withTLSServer(certificates.server()) { port, _ in
        let peer = try await TLSPeer.connect(to: port, trusting: certificates)
        try await peer.send(#"{"method":"Misc.Sleep","params":[200],"id":1}"#)
        try await peer.endOutput()

        #expect(await peer.everything() == #"{"id":1,"result":200,"error":null}"# + "\n")
      }
    }

    @Test func `a client of several endpoints goes on with another when one is gone`() async throws {
      let certificates = try await Certificates.made()
      var configuration = ClientConfiguration()
      configuration.tls = certificates.client()
      configuration.idempotentMethods = ["Arith.Multiply"]

      try await withTLSServer(certificates.server()) { first, firstServer in
        try await withTLSServer(certificates.server()) { second, _ in
          let client = try await RPCClient.connect(
            toAnyOf: [.tls("localhost", port: first), .tls("127.0.0.1", port: second)],
            codec: Engine.all[0].codec,
            configuration: configuration
          )
          await firstServer.close()
          for number in 0..<10 {
            let product = try await client.call("Arith.Multiply", Args(A: number, B: 2), returning: Int.self)
            #expect(product == number * 2)
          }
          try await client.close()
        }
      }
    }

    @Test func `a malformed request is answered, and the connection closed`() async throws {
      let certificates = try await Certificates.made()

      try await withTLSServer(certificates.server()) { port, _ in
        let peer = try await TLSPeer.connect(to: port, trusting: certificates)
        try await peer.send(#"{"method":"Arith.Multiply" "params":[]}"#)

        #expect(
          await peer.everything().hasPrefix(#"{"id":null,"result":null,"error":"rpc: server cannot decode"#)
        )
      }
    }

    @Test func `a drain answers the call in flight and closes the connection`() async throws {
      let certificates = try await Certificates.made()
      let log = RecordedLog()

      try await withTLSServer(certificates.server(), log: log) { port, server in
        let peer = try await TLSPeer.connect(to: port, trusting: certificates)
        try await peer.send(#"{"method":"Arith.Multiply","params":[{"A":2,"B":3}],"id":1}"#)
        try await peer.send(#"{"method":"Misc.Sleep","params":[300],"id":2}"#)
        _ = try await log.line("connected")
        try await Task.sleep(for: .milliseconds(50))
        await server.close(draining: .seconds(5))

        #expect(await peer.everything().contains(#""id":2,"result":300"#))
      }
    }

    @Test func `RPC by CONNECT is offered behind TLS`() async throws {
      let certificates = try await Certificates.made()

      try await withTLSServer(certificates.server(), offering: .connect()) { port, _ in
        let peer = try await TLSPeer.connect(to: port, trusting: certificates)
        try await peer.send("CONNECT /_goRPC_ HTTP/1.0\n\n")
        try await peer.send(#"{"method":"Arith.Multiply","params":[{"A":7,"B":8}],"id":1}"#)
        try await peer.endOutput()

        let seen = await peer.everything()
        #expect(seen.hasPrefix("HTTP/1.0 200 Connected to Go RPC\n\n"))
        #expect(seen.hasSuffix(#"{"id":1,"result":56,"error":null}"# + "\n"))
      }
    }
  }
#endif

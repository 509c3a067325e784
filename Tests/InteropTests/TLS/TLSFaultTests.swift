#if TLS
  import NIOCore
  import NIOPosix
  import RPCKit
  import Testing

  /// Peers that stall, that do not speak TLS, and that vanish.
  @Suite(.needs(.openssl), .timeLimit(.minutes(1)))
  struct TLSFaultTests {
    @Test func `a client that stalls in the handshake is cut off at the limit`() async throws {
      let certificates = try await Certificates.made()
      let log = RecordedLog()
      var tls = certificates.server()
      tls.handshakeTimeout = .milliseconds(100)

      try await withTLSServer(tls, log: log) { port, _ in
        let peer = try await TLSPeer.connect(to: port, trusting: nil)

        #expect(await peer.everything() == "")
        let line = try await log.line("refused: no TLS")
        #expect(line.hasPrefix("refused: no TLS peer=tls://127.0.0.1:"))
        #expect(line.hasSuffix("reason=no TLS handshake within 0.1 seconds"))
      }
    }

    @Test func `a server that stalls in the handshake is given up at the limit`() async throws {
      let certificates = try await Certificates.made()
      var configuration = ClientConfiguration()
      configuration.tls = certificates.client()
      configuration.connectTimeout = .milliseconds(100)
      // It accepts, and never reads.
      let silent = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .childChannelOption(.autoRead, value: false)
        .bind(host: "127.0.0.1", port: 0).get()
      let port = try #require(silent.localAddress?.port)

      do {
        _ = try await RPCClient.connect(
          to: .tls("127.0.0.1", port: port),
          codec: Engine.all[0].codec,
          configuration: configuration
        )
        Issue.record("it connected")
      } catch {
        guard case .connectFailed(.tls("127.0.0.1", port: port), let reason) = error else { throw error }
        #expect(reason == "no TLS handshake within 0.1 seconds")
      }
      try await silent.close()
    }

    @Test func `a connection in its handshake counts for the limit of connections`() async throws {
      let certificates = try await Certificates.made()
      let log = RecordedLog()

      try await withTLSServer(certificates.server(), maximumConnections: 1, log: log) { port, _ in
        let first = try await TLSPeer.connect(to: port, trusting: nil)
        try await first.send("\u{16}")
        let second = try await TLSPeer.connect(to: port, trusting: nil)

        #expect(await second.everything() == "")
        #expect(try await log.line("refused").contains("too many connections"))
      }
    }

    @Test func `a handshake that failed gives its place back`() async throws {
      let certificates = try await Certificates.made()

      try await withTLSServer(certificates.server(), maximumConnections: 1) { port, _ in
        for _ in 0..<20 {
          let peer = try await TLSPeer.connect(to: port, trusting: nil)
          // While the one before has its place, it is closed at once.
          try? await peer.send("no hello")
          _ = await peer.everything()
        }

        // The place is free when the server has seen the peer close its end.
        var product: Int?
        while product == nil {
          product = try? await withTLSClient(certificates.client(), port: port) { client in
            try await client.call("Arith.Multiply", Args(A: 7, B: 8), returning: Int.self)
          }
        }
        #expect(product == 56)
      }
    }

    @Test(arguments: [
      #"{"method":"Arith.Multiply","params":[{"A":7,"B":8}],"id":1}"#,
      "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
      "SSH-2.0-OpenSSH_9.2\r\n",
    ])
    func `plain text to a port with TLS ends at once`(text: String) async throws {
      let certificates = try await Certificates.made()
      let log = RecordedLog()

      try await withTLSServer(certificates.server(), log: log) { port, _ in
        let peer = try await TLSPeer.connect(to: port, trusting: nil)
        try await peer.send(text)

        #expect(await peer.everything().contains("result") == false)
        let line = try await log.line("refused: no TLS")
        #expect(line.hasSuffix("reason=TLS handshake failed: the peer does not speak TLS"))
      }
    }

    @Test func `TLS to a port without it ends at once`() async throws {
      let certificates = try await Certificates.made()

      try await withSwiftServer(codec: Engine.all[0].codec) { endpoint in
        let seen = try await refusal(certificates.client(), of: "127.0.0.1", port: endpoint.port)
        #expect(seen == "TLS handshake failed: the peer closed the connection")
      }
    }

    @Test func `a request that is cut short without a close_notify is refused and not run`() async throws {
      let certificates = try await Certificates.made()
      let log = RecordedLog()

      try await withTLSServer(certificates.server(), log: log) { port, _ in
        let peer = try await TLSPeer.connect(to: port, trusting: certificates)
        try await peer.send(#"{"method":"Misc.Fail","params":["run"],"id":1"#)
        _ = try await log.line("connected")
        try await peer.cutOff()

        let line = try await log.line("refused: malformed request")
        #expect(line.contains("reason=unexpected end of input"))
        _ = try await log.line("disconnected")
        #expect(log.lines.contains { $0.contains("call failed") } == false)
      }
    }

    @Test(arguments: [(false, ["unexpected EOF"]), (true, ["Connection reset by peer", "unexpected EOF"])])
    func `a server that vanishes without a close_notify fails the calls in flight`(
      resets: Bool,
      reasons: [String]
    ) async throws {
      let certificates = try await Certificates.made()
      let server = try await VanishingServer.listen(certificates, resets: resets)
      let port = try #require(server.localAddress?.port)

      try await withTLSClient(certificates.client(), port: port) { client in
        do {
          _ = try await client.call("Misc.Echo", "x", returning: String.self)
          Issue.record("the call was answered")
        } catch {
          guard case RPCError.connectionLost(let reason) = error else { throw error }
          #expect(reasons.contains(reason))
        }
      }
      try await server.close()
    }

    @Test(arguments: [("-tls1", "protocol version"), ("-tls1_1", "protocol version")])
    func `a server refuses TLS 1.0 and 1.1`(version: String, alert: String) async throws {
      let certificates = try await Certificates.made()
      let log = RecordedLog()

      try await withTLSServer(certificates.server(), log: log) { port, _ in
        let openssl = try await run(
          Peer.openssl.required(),
          ["s_client", "-connect", "127.0.0.1:\(port)", version, "-cipher", "ALL:@SECLEVEL=0"]
        )

        #expect(openssl.status != 0)
        #expect(openssl.errors.contains("alert \(alert)"))
        let line = try await log.line("refused: no TLS")
        #expect(line.hasSuffix("reason=TLS handshake failed: the peer does not speak TLS 1.2 or later"))
      }
    }

    @Test(arguments: ["-tls1", "-tls1_1"])
    func `a client refuses TLS 1.0 and 1.1`(version: String) async throws {
      let certificates = try await Certificates.made()
      let files = ["-cert", certificates.certificateFile(.server), "-key", certificates.keyFile(.server)]
      let arguments = ["s_server", "-accept", "127.0.0.1:0", "-www", version, "-cipher", "ALL:@SECLEVEL=0"]

      try await withServer(Peer.openssl.required(), arguments + files, mark: "ACCEPT 127.0.0.1:") { port, _ in
        let seen = try await refusal(certificates.client(), port: #require(Int(port)))
        #expect(seen == "TLS handshake failed: the peer refused: protocol version")
      }
    }

    @Test(arguments: [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")])
    func `TLS 1.2 and 1.3 are spoken`(version: String, name: String) async throws {
      let certificates = try await Certificates.made()

      try await withTLSServer(certificates.server()) { port, _ in
        let openssl = try await run(
          Peer.openssl.required(),
          [
            "s_client", "-connect", "127.0.0.1:\(port)", version, "-verify_return_error",
            "-CAfile", certificates.certificateFile(.authority),
          ]
        )

        #expect(openssl.status == 0, "\(openssl.errors)")
        #expect(openssl.output.contains("New, \(name), Cipher is "))
      }
    }
  }
#endif

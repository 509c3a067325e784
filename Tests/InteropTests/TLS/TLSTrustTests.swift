#if TLS
  import RPCKit
  import Testing

  /// Which servers a client believes, and which clients a server.
  @Suite(.needs(.openssl), .timeLimit(.minutes(1)))
  struct TLSTrustTests {
    @Test(arguments: [
      (Certificates.Name.expired, "the peer's certificate has expired"),
      (.selfSigned, "the peer's certificate is self-signed, and not one that is trusted"),
      (.stranger, "no trusted authority has issued the peer's certificate"),
      (.elsewhere, "the peer's certificate is for elsewhere.example"),
    ])
    func `a client refuses a server whose certificate is not good`(
      name: Certificates.Name,
      reason: String
    ) async throws {
      let certificates = try await Certificates.made()

      try await withTLSServer(certificates.server(name)) { port, _ in
        let seen = try await refusal(certificates.client(), port: port)
        #expect(seen == "TLS handshake failed: \(reason)")
      }
    }

    @Test func `the certificate of a server reached by its address must be for the address`() async throws {
      let certificates = try await Certificates.made()

      try await withTLSServer(certificates.server()) { port, _ in
        try await withTLSClient(certificates.client(), of: "127.0.0.1", port: port) { _ in }
      }
      try await withTLSServer(certificates.server(.elsewhere)) { port, _ in
        let seen = try await refusal(certificates.client(), of: "127.0.0.1", port: port)
        #expect(seen == "TLS handshake failed: the peer's certificate is for elsewhere.example")
      }
    }

    @Test func `the name to check can be another than the endpoint's`() async throws {
      let certificates = try await Certificates.made()
      var tls = certificates.client()
      tls.serverName = "elsewhere.example"

      try await withTLSServer(certificates.server(.elsewhere)) { port, _ in
        try await withTLSClient(tls, port: port) { _ in }
      }
    }

    @Test func `a self-signed certificate is believed by who names it`() async throws {
      let certificates = try await Certificates.made()
      var tls = ClientTLS()
      tls.trustRoots = .pem(certificates.certificate(.selfSigned))

      try await withTLSServer(certificates.server(.selfSigned)) { port, _ in
        try await withTLSClient(tls, port: port) { _ in }
      }
    }

    @Test func `the system's authorities do not know the tests'`() async throws {
      let certificates = try await Certificates.made()

      try await withTLSServer(certificates.server()) { port, _ in
        let seen = try await refusal(ClientTLS(), port: port)
        #expect(seen == "TLS handshake failed: no trusted authority has issued the peer's certificate")
      }
    }

    @Test(arguments: [true, false])
    func `a client says that it is connected when the server is believed, and only then`(isBelieved: Bool)
      async throws
    {
      let certificates = try await Certificates.made()
      let log = RecordedLog()
      var configuration = ClientConfiguration()
      if isBelieved { configuration.tls = certificates.client() }

      try await withTLSServer(certificates.server()) { port, _ in
        let client = try? await RPCClient.connect(
          to: .tls("localhost", port: port),
          codec: Engine.all[0].codec,
          configuration: configuration,
          logger: log.logger
        )
        try await client?.close()
      }

      let messages = log.lines.map { $0.prefix { $0 != " " } }
      #expect(messages == (isBelieved ? ["connected", "disconnected"] : []))
    }

    @Test func `a method sees who shows a certificate`() async throws {
      let certificates = try await Certificates.made()
      let log = RecordedLog()
      let tls = certificates.server(clients: .required(trusting: certificates.certificate(.authority)))

      try await withTLSServer(tls, log: log) { port, _ in
        try await withTLSClient(certificates.client(.alice), port: port) { client in
          let caller = try await client.call("Who.Calls", Empty(), returning: Caller.self)

          #expect(caller.name == "alice")
          #expect(
            caller.names == [
              "alice.example", "spiffe://example.org/alice", "192.0.2.7", "alice@example.org",
            ]
          )
          #expect(caller.certificateBytes > 300)
        }
        #expect(try await log.line("connected").contains("certificate=alice"))
      }
    }

    @Test func `a server that requires certificates refuses a client without one`() async throws {
      let certificates = try await Certificates.made()
      let log = RecordedLog()
      let tls = certificates.server(clients: .required(trusting: certificates.certificate(.authority)))

      try await withTLSServer(tls, log: log) { port, _ in
        await #expect(throws: RPCError.self) { try await multiply(certificates.client(), port: port) }

        let line = try await log.line("refused: no TLS")
        #expect(line.contains("reason=TLS handshake failed: the peer shows no certificate"))
      }
    }

    @Test(arguments: [false, true])
    func `a server refuses a client with another authority's certificate`(isRequired: Bool) async throws {
      let certificates = try await Certificates.made()
      let log = RecordedLog()
      let authority = certificates.certificate(.authority)
      let clients: ServerTLS.ClientCertificates =
        isRequired ? .required(trusting: authority) : .optional(trusting: authority)

      try await withTLSServer(certificates.server(clients: clients), log: log) { port, _ in
        await #expect(throws: RPCError.self) {
          try await multiply(certificates.client(.stranger), port: port)
        }

        let line = try await log.line("refused: no TLS")
        #expect(
          line.contains("reason=TLS handshake failed: no trusted authority has issued the peer's certificate")
        )
      }
    }

    @Test func `a certificate that is optional may be missing`() async throws {
      let certificates = try await Certificates.made()
      let tls = certificates.server(clients: .optional(trusting: certificates.certificate(.authority)))

      try await withTLSServer(tls) { port, _ in
        try await withTLSClient(certificates.client(), port: port) { client in
          let caller = try await client.call("Who.Calls", Empty(), returning: Caller.self)
          #expect(caller.name == nil)
        }
        try await withTLSClient(certificates.client(.alice), port: port) { client in
          let caller = try await client.call("Who.Calls", Empty(), returning: Caller.self)
          #expect(caller.name == "alice")
        }
      }
    }

    /// With TLS 1.3, a client is connected before the server has looked at its certificate.
    private func multiply(_ tls: ClientTLS, port: Int) async throws {
      try await withTLSClient(tls, port: port) { client in
        _ = try await client.call("Arith.Multiply", Args(A: 7, B: 8), returning: Int.self)
      }
    }
  }
#endif

#if TLS
  import Foundation
  import RPCKit
  import Testing

  /// Programs of others, and this package's own commands, over TLS.
  @Suite(.needs(.openssl), .timeLimit(.minutes(2)))
  struct TLSPeersTests {
    @Test(arguments: Engine.all)
    func `a person with openssl s_client is answered`(engine: Engine) async throws {
      let certificates = try await Certificates.made()

      try await withTLSServer(certificates.server(), codec: engine.codec) { port, _ in
        let trust = ["-CAfile", certificates.certificateFile(.authority), "-verify_return_error"]
        // It would end with its input; so the server ends first, after a malformed request, and both are answered.
        let openssl = try await run(
          Peer.openssl.required(),
          ["s_client", "-quiet", "-connect", "127.0.0.1:\(port)", "-servername", "localhost"] + trust,
          input: #"{"method":"Arith.Multiply","params":[{"A":7,"B":8}],"id":1}"# + "\n!\n"
        )

        let lines = openssl.output.split(separator: "\n")
        #expect(lines.first == #"{"id":1,"result":56,"error":null}"#, "\(openssl.errors)")
        #expect(lines.last?.contains("rpc: server cannot decode request") == true)
      }
    }

    @Test(.needs(.go), arguments: Engine.all)
    func `Go's client calls by crypto tls, with a certificate of its own`(engine: Engine) async throws {
      let certificates = try await Certificates.made()
      let tls = certificates.server(clients: .required(trusting: certificates.certificate(.authority)))

      try await withTLSServer(tls, codec: engine.codec) { port, _ in
        let files = goFiles(certificates, authorities: "-ca", .alice)
        let calls = ["tls://localhost:\(port)", "calls", "-n", "2000", "-c", "64"]
        let client = try await run(GoPrograms.client(), files + calls)

        #expect(client.status == 0, "\(client.errors)")
        #expect(client.output.hasSuffix("calls ok\n"))
      }
    }

    @Test(.needs(.go), arguments: Engine.all)
    func `a Go server is called by TLS, and asks for a certificate`(engine: Engine) async throws {
      let certificates = try await Certificates.made()
      let files = goFiles(certificates, authorities: "-client-ca", .server)

      try await withServer(GoPrograms.server(), ["-listen", "tls://127.0.0.1:0"] + files) { endpoint, _ in
        let port = try Endpoint(endpoint).port
        try await withTLSClient(certificates.client(.alice), port: port, codec: engine.codec) { client in
          let product = try await client.call("Arith.Multiply", Args(A: 7, B: 8), returning: Int.self)
          #expect(product == 56)
        }
      }
    }

    @Test(.needs(.curl)) func `curl sees the debug page by https`() async throws {
      let certificates = try await Certificates.made()

      try await withTLSServer(certificates.server(), offering: .debugPage()) { port, _ in
        let curl = try await run(
          Peer.curl.required(),
          [
            "--silent", "--show-error", "--max-time", "10",
            "--cacert", certificates.certificateFile(.authority), "https://localhost:\(port)/debug/rpc",
          ]
        )

        #expect(curl.status == 0, "\(curl.errors)")
        #expect(curl.output.contains("\nService Arith\n"))
      }
    }

    @Test func `arith-server and netrpc show each other their certificates`() async throws {
      let certificates = try await Certificates.made()
      let authority = certificates.certificateFile(.authority)
      let server = [
        "--listen", "tls://127.0.0.1:0", "--client-ca", authority,
        "--cert", certificates.certificateFile(.server), "--key", certificates.keyFile(.server),
      ]

      try await withServer(Programs.arithServer, server) { endpoint, _ in
        let call = ["call", endpoint, "Arith.Multiply", #"{"A":7,"B":8}"#, "--cacert", authority]
        let identity = [
          "--cert", certificates.certificateFile(.alice), "--key", certificates.keyFile(.alice),
        ]
        let known = try await run(Programs.netrpc, call + identity)
        let unknown = try await run(Programs.netrpc, call)

        #expect(known.status == 0, "\(known.errors)")
        #expect(known.output == "56\n")
        #expect(unknown.status == 2)
        #expect(unknown.output == "")
      }
    }

    @Test func `netrpc says in one line whom it does not believe`() async throws {
      let certificates = try await Certificates.made()

      try await withTLSServer(certificates.server()) { port, _ in
        let call = try await run(
          Programs.netrpc,
          ["call", "tls://localhost:\(port)", "Arith.Multiply", "{}"]
        )

        #expect(call.status == 2)
        #expect(
          call.errors
            == "netrpc: cannot connect to tls://localhost:\(port): TLS handshake failed: "
            + "no trusted authority has issued the peer's certificate\n"
        )
      }
    }

    @Test func `arith-client calls arith-server by TLS`() async throws {
      let certificates = try await Certificates.made()
      let files = ["--cert", certificates.certificateFile(.server), "--key", certificates.keyFile(.server)]

      try await withServer(Programs.arithServer, ["--listen", "tls://127.0.0.1:0"] + files) { endpoint, _ in
        let client = try await run(
          Programs.arithClient,
          [endpoint, "--cacert", certificates.certificateFile(.authority)]
        )

        #expect(client.status == 0, "\(client.errors)")
        #expect(client.output.hasPrefix("Arith.Multiply {A: 7, B: 8} -> 56\n"))
      }
    }

    /// The options of the Go programs.
    private func goFiles(
      _ certificates: Certificates,
      authorities option: String,
      _ name: Certificates.Name
    ) -> [String] {
      [
        option, certificates.certificateFile(.authority),
        "-cert", certificates.certificateFile(name), "-key", certificates.keyFile(name),
      ]
    }
  }
#endif

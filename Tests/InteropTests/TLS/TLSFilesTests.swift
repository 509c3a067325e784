#if TLS
  import Foundation
  import RPCKit
  import Testing

  /// Certificates and keys that cannot be used: the listener or the client says which, and why.
  @Suite(.needs(.openssl), .timeLimit(.minutes(1)))
  struct TLSFilesTests {
    @Test func `a server without a certificate does not listen`() async throws {
      #expect(await failure(nil) == "no certificate is set in ServerConfiguration.tls")
    }

    @Test func `a file that is not there is named`() async throws {
      let certificates = try await Certificates.made()
      var tls = certificates.server()
      tls.certificateChain = .file("/nowhere/server.pem")
      #expect(await failure(tls) == "/nowhere/server.pem: No such file or directory")

      tls = certificates.server()
      tls.privateKey = .file("/nowhere/server.key")
      #expect(await failure(tls) == "/nowhere/server.key: No such file or directory")

      tls = certificates.server(clients: .required(trusting: .file("/nowhere/ca.pem")))
      #expect(await failure(tls) == "/nowhere/ca.pem: No such file or directory")
    }

    @Test func `a file that holds something else is named`() async throws {
      let certificates = try await Certificates.made()
      var tls = certificates.server()
      tls.certificateChain = certificates.key(.server)
      let key = certificates.keyFile(.server)
      #expect(await failure(tls) == "\(key): no certificates in PEM form")

      tls = certificates.server()
      tls.privateKey = certificates.certificate(.server)
      let certificate = certificates.certificateFile(.server)
      #expect(await failure(tls) == "\(certificate): no private key in PEM form without a passphrase")
    }

    @Test func `another certificate's key is refused`() async throws {
      let certificates = try await Certificates.made()
      var tls = certificates.server()
      tls.privateKey = certificates.key(.alice)

      let names = (certificates.keyFile(.alice), certificates.certificateFile(.server))
      #expect(await failure(tls) == "\(names.0): not the key of the certificate \(names.1)")
    }

    @Test(arguments: [[], Array("-----BEGIN CERTIFICATE-----\nsecret\n".utf8)])
    func `bytes that are no certificate are refused without being shown`(bytes: [UInt8]) async throws {
      let certificates = try await Certificates.made()
      var tls = certificates.server()
      tls.certificateChain = .bytes(bytes)

      #expect(await failure(tls) == "PEM (\(bytes.count) bytes): no certificates in PEM form")
    }

    @Test func `a certificate and its key may be given as bytes`() async throws {
      let certificates = try await Certificates.made()
      let tls = ServerTLS(
        certificateChain: .bytes(try contents(certificates.certificateFile(.server))),
        privateKey: .bytes(try contents(certificates.keyFile(.server)))
      )

      try await withTLSServer(tls) { port, _ in
        try await withTLSClient(certificates.client(), port: port) { _ in }
      }
    }

    @Test func `a client's files are named too`() async throws {
      let certificates = try await Certificates.made()
      var tls = certificates.client(.alice)
      tls.trustRoots = .pem(.file("/nowhere/ca.pem"))
      #expect(try await refusal(tls, port: 1) == "/nowhere/ca.pem: No such file or directory")

      tls = certificates.client()
      tls.identity = ClientTLS.Identity(
        certificateChain: certificates.certificate(.alice),
        privateKey: certificates.key(.stranger)
      )
      let names = (certificates.keyFile(.stranger), certificates.certificateFile(.alice))
      #expect(try await refusal(tls, port: 1) == "\(names.0): not the key of the certificate \(names.1)")
    }

    private func contents(_ file: String) throws -> [UInt8] {
      try Array(Data(contentsOf: URL(filePath: file)))
    }

    /// Why a server cannot listen with this.
    private func failure(_ tls: ServerTLS?) async -> String? {
      var configuration = ServerConfiguration()
      configuration.tls = tls
      let server = RPCServer(configuration: configuration)
      do throws(RPCError) {
        _ = try await server.listen(on: .tls("127.0.0.1", port: 0), codec: Engine.all[0].codec)
        await server.close()
        return nil
      } catch {
        guard case .listenFailed(.tls("127.0.0.1", port: 0), let reason) = error else { return "\(error)" }
        return reason
      }
    }
  }
#endif

#if TLS
  import Codecs
  import Foundation
  import RPCKit
  import Testing

  /// The examples of the README and of the comments, in a directory that has the files they name.
  @Suite(.needs(.openssl), .timeLimit(.minutes(1)))
  struct TLSExampleTests {
    @Test func `the examples of ServerTLS and ClientTLS`() async throws {
      try await inDirectoryOfCertificates {
        var configuration = ServerConfiguration()
        configuration.tls = ServerTLS(certificateChain: .file("server.pem"), privateKey: .file("server.key"))
        let server = RPCServer(configuration: configuration)
        try server.register(Arith())
        let listener = try await server.listen(on: .tls("127.0.0.1", port: 0), codec: .foundationJSON)

        let product = try await product(from: listener.endpoint)

        #expect(product == 56)
        await server.close()
      }
    }

    @Test func `the README's example refuses a client without a certificate`() async throws {
      try await inDirectoryOfCertificates {
        var configuration = ServerConfiguration()
        configuration.tls = ServerTLS(
          certificateChain: .file("server.pem"),
          privateKey: .file("server.key"),
          clientCertificates: .required(trusting: .file("ca.pem"))
        )
        let server = RPCServer(configuration: configuration)
        let listener = try await server.listen(on: .tls("127.0.0.1", port: 0), codec: .foundationJSON)

        await #expect(throws: RPCError.self) { try await product(from: listener.endpoint) }
        await server.close()
      }
    }

    private func product(from endpoint: Endpoint) async throws -> Int {
      var configuration = ClientConfiguration()
      configuration.tls.trustRoots = .pem(.file("ca.pem"))
      let client = try await RPCClient.connect(
        to: endpoint,
        codec: .foundationJSON,
        configuration: configuration
      )
      return try await client.call("Arith.Multiply", Args(A: 7, B: 8), returning: Int.self)
    }

    private func inDirectoryOfCertificates(_ body: () async throws -> Void) async throws {
      let certificates = try await Certificates.made()
      let directory = FileManager.default.currentDirectoryPath
      defer { _ = FileManager.default.changeCurrentDirectoryPath(directory) }
      try #require(FileManager.default.changeCurrentDirectoryPath(certificates.directory.path))
      try await body()
    }
  }
#endif

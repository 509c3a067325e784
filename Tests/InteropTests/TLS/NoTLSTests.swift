#if !TLS
  import RPCKit
  import Testing

  /// A build without TLS has the same types, and says that it has no TLS.
  @Suite(.timeLimit(.minutes(1)))
  struct NoTLSTests {
    @Test func `a server does not listen on a TLS endpoint`() async throws {
      var configuration = ServerConfiguration()
      configuration.tls = ServerTLS(certificateChain: .file("server.pem"), privateKey: .file("server.key"))
      let server = RPCServer(configuration: configuration)

      do throws(RPCError) {
        _ = try await server.listen(on: .tls("127.0.0.1", port: 0), codec: Engine.all[0].codec)
        Issue.record("it listens")
      } catch {
        guard case .listenFailed(.tls("127.0.0.1", port: 0), let reason) = error else { throw error }
        #expect(reason == "this build has no TLS: it was made with the trait TLS switched off")
      }
    }

    @Test func `a client does not connect to a TLS endpoint`() async throws {
      do throws(RPCError) {
        _ = try await RPCClient.connect(to: .tls("127.0.0.1", port: 1), codec: Engine.all[0].codec)
        Issue.record("it connected")
      } catch {
        guard case .connectFailed(.tls("127.0.0.1", port: 1), let reason) = error else { throw error }
        #expect(reason == "this build has no TLS: it was made with the trait TLS switched off")
      }
    }
  }
#endif

import NIOCore
import RPCKit
import Testing

/// Go's tests of `net/rpc/client_test.go`, under their names, for every codec.
///
/// | Go's test | here |
/// |---|---|
/// | TestCloseCodec | below; a codec has nothing to close here, so the connection is what must close |
/// | TestGobError | gob does not exist here. What it is about, a reply that the client cannot decode, fails one call: below |
@Suite(.timeLimit(.minutes(1)))
struct GoClientTests {
  @Test func `TestCloseCodec`() async throws {
    var (client, server) = try await clientOfRawServer()
    try await server.send("#shutdownCodec ReadResponseHeader\n")
    let seen = await server.line()

    try await client.close()

    #expect(seen == nil)
    #expect(await failure { () throws(RPCError) in try await client.close() }.isShutdown)
  }

  @Test(arguments: Codec.allForTests)
  func `TestGobError: a reply that cannot be decoded fails its call alone`(codec: Codec) async throws {
    let server = RPCServer()
    try server.register("S.Recv") { (_: Empty) in "foo" }

    let (error, next) = try await withClient(of: server, codec) { client in
      let error = await failure { () throws(RPCError) in
        try await client.call("S.Recv", Empty(), returning: Reply.self)
      }
      return (error, try await client.call("S.Recv", Empty(), returning: String.self))
    }

    #expect(error.isReplyNotDecodable)
    #expect(next == "foo")
  }
}

import Foundation
import RPCKit
import Testing

/// The files of Unix sockets. (RELIABILITY.md R36)
@Suite(.timeLimit(.minutes(1)))
struct UnixSocketTests {
  private let request = #"{"method":"Arith.Multiply","params":[{"A":6,"B":7}],"id":1}"#
  private let product = #"{"id":1,"result":42,"error":null}"# + "\n"

  @Test(arguments: Engine.all)
  func `a path that is too long for the system is an error that says where`(_ engine: Engine) async throws {
    let endpoint = Endpoint.unix("/tmp/" + String(repeating: "x", count: 200))
    let (server, _) = try TestServer.make()

    let listening = await #expect(throws: RPCError.self) {
      try await server.listen(on: endpoint, codec: engine.codec)
    }
    let connecting = await #expect(throws: RPCError.self) {
      try await RPCClient.connect(to: endpoint, codec: engine.codec)
    }

    guard case .listenFailed(endpoint, _)? = listening, case .connectFailed(endpoint, _)? = connecting else {
      Issue.record("\(String(describing: listening)), \(String(describing: connecting))")
      return
    }
  }

  @Test(arguments: Engine.all)
  func `the file is gone when its listener is closed`(_ engine: Engine) async throws {
    let endpoint = SocketKind.unix.freshEndpoint()
    let (server, _) = try TestServer.make()
    let listener = try await server.listen(on: endpoint, codec: engine.codec)
    guard case .unix(let path) = endpoint else { return }

    let existed = FileManager.default.fileExists(atPath: path)
    await listener.close()

    #expect(existed)
    #expect(!FileManager.default.fileExists(atPath: path))
    await server.close()
  }

  @Test(arguments: Engine.all)
  func `a socket that somebody listens on is not taken away`(_ engine: Engine) async throws {
    let text = try await TestServer.serving(Setup(engine: engine, socket: .unix)) { server in
      let (other, _) = try TestServer.make()
      await #expect(throws: RPCError.self) {
        try await other.listen(on: server.endpoint, codec: engine.codec)
      }
      await other.close()
      return try await RawSocket.converse(with: server.endpoint, sending: request).text
    }

    #expect(text == product)
  }
}

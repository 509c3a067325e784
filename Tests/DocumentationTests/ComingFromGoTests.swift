import Codecs
import Foundation
import NIOCore
import RPCKit
import TestSupport
import Testing

/// The Swift side of the article ComingFromGo: each example there stands here, and runs.
///
/// The Go side is `Examples/go/comparison`.
@Suite(.timeLimit(.minutes(1)))
struct ComingFromGoTests {
  private func newServer() throws -> RPCServer {
    let server = RPCServer()
    try server.register(Arith())
    try server.register(Arith(), as: "net.rpc.Arith")
    return server
  }

  @Test func `serving and calling over TCP`() async throws {
    let server = try newServer()

    let listener = try await server.listen(on: .tcp("127.0.0.1", port: 0), codec: .foundationJSON)

    let client = try await RPCClient.connect(to: listener.endpoint, codec: .foundationJSON)

    let product = try await client.call("Arith.Multiply", Args(A: 7, B: 8), returning: Int.self)
    #expect(product == 56)

    let call = client.start("Arith.Divide", Args(A: 7, B: 2), returning: Quotient.self)
    let quotient = try await call.reply
    #expect(quotient == Quotient(Quo: 3, Rem: 1))

    #expect(try await errors(of: client) == ["divide by zero", "connection is shut down"])
    await server.close()
  }

  /// The texts of an error of the method's, and of one of a closed client.
  private func errors(of client: RPCClient) async throws -> [String] {
    var texts: [String] = []
    func print(_ text: String) { texts.append(text) }

    do {
      _ = try await client.call("Arith.Divide", Args(A: 7, B: 0), returning: Quotient.self)
    } catch .server(let error) {
      print(error.text)
    }

    try await client.close()
    do {
      _ = try await client.call("Arith.Divide", Args(A: 7, B: 2), returning: Quotient.self)
    } catch .shutdown {
      print("\(RPCError.shutdown)")
    }
    return texts
  }

  @Test func `serving and calling over a Unix socket`() async throws {
    let server = try newServer()
    let directory = FileManager.default.temporaryDirectory.appending(
      path: "rpckit-\(UInt32.random(in: 0 ... .max))"
    )
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: directory) }
    let path = directory.appending(path: "arith.sock").path

    let listener = try await server.listen(on: .unix(path), codec: .foundationJSON)

    let client = try await RPCClient.connect(to: .unix(path), codec: .foundationJSON)
    let product = try await client.call("Arith.Multiply", Args(A: 7, B: 8), returning: Int.self)
    #expect(product == 56)
    try await client.close()
    await listener.close()
    await server.close()
  }

  @Test func `serving and calling through CONNECT, with the debug page beside it`() async throws {
    let server = try newServer()

    var offers = ListenerOffers.connect()
    offers.debugPage = DebugPage()
    let listener = try await server.listen(
      on: .http("127.0.0.1", port: 0),
      codec: .foundationJSON,
      offering: offers
    )

    let client = try await RPCClient.connect(to: listener.endpoint, codec: .foundationJSON)
    let product = try await client.call("net.rpc.Arith.Multiply", Args(A: 7, B: 8), returning: Int.self)
    #expect(product == 56)
    try await client.close()
    await server.close()
  }

  @Test func `serving one connection that exists`() async throws {
    let server = try newServer()
    let pair = try await ConnectedPair.make()

    async let served: Void = server.serve(pair.server, codec: .foundationJSON)
    let client = RPCClient(channel: pair.client, codec: .foundationJSON)

    let product = try await client.call("Arith.Multiply", Args(A: 7, B: 8), returning: Int.self)
    #expect(product == 56)
    try await client.close()
    try await served
  }

  @Test func `answering the requests in a buffer`() async throws {
    let server = try newServer()

    let requests = ByteBuffer(string: #"{"method":"Arith.Multiply","params":[{"A":7,"B":8}],"id":1}"#)
    let responses = await server.respond(to: requests, codec: .foundationJSON)

    #expect(String(buffer: responses) == #"{"id":1,"result":56,"error":null}"# + "\n")
  }

  @Test func `a method without an argument, and one without a reply`() async throws {
    let server = RPCServer()
    let started = Date()

    try server.register("Clock.Started") { (_: Empty) in started }
    try server.register("Clock.Set") { (_: Date) in Empty() }

    let pair = try await ConnectedPair.make()
    async let served: Void = server.serve(pair.server, codec: .foundationJSON)
    let client = RPCClient(channel: pair.client, codec: .foundationJSON)

    let time = try await client.call("Clock.Started", Empty(), returning: Date.self)
    _ = try await client.call("Clock.Set", time, returning: Empty.self)

    #expect(time == started)
    try await client.close()
    try await served
  }

  @Test func `a time limit, and a call that is given up`() async throws {
    let server = RPCServer()
    try server.register("Misc.Wait") { (_: Empty) async in
      await untilCancelled()
      return Empty()
    }
    let pair = try await ConnectedPair.make()
    async let served: Void = server.serve(pair.server, codec: .foundationJSON)
    let client = RPCClient(channel: pair.client, codec: .foundationJSON)

    let late = client.start("Misc.Wait", Empty(), returning: Empty.self, timeout: .milliseconds(50))
    let unwanted = client.start("Misc.Wait", Empty(), returning: Empty.self)
    unwanted.cancel()

    await #expect(throws: RPCError.self) { try await late.reply }
    await #expect(throws: RPCError.self) { try await unwanted.reply }
    try await client.close()
    try await served
  }
}

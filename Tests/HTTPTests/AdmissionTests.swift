import Codecs
import RPCKit
import Testing

/// Which connections are taken in at all.
@Suite(.timeLimit(.minutes(1)))
struct AdmissionTests {
  @Test(arguments: [ListenerOffers.rpc, .connect()])
  func `a connection that the hook refuses is closed unread, and the next is asked about again`(
    offers: ListenerOffers
  ) async throws {
    let peers = Steps()
    var configuration = ServerConfiguration()
    configuration.acceptsConnection = { peer in
      peers.add("\(peer)")
      return peers.all.count > 1
    }
    try await withServer(configuration, offering: offers) { _, endpoint in
      let request = #"{"method":"Arith.Multiply","params":[{"A":7,"B":8}],"id":1}"#

      let refused = try await RawConnection.connect(to: endpoint)
      let nothing = await refused.readToEnd()
      let served = try await answer(to: request, from: endpoint, halfClosing: true)

      #expect(nothing == "")
      #expect(served.contains("56"))
      #expect(peers.all.count == 2)
      #expect(peers.all.allSatisfy { $0.hasPrefix("tcp://127.0.0.1:") })
      await refused.close()
    }
  }

  @Test func `one connection more than the limit is closed, and there is room again when one ends`()
    async throws
  {
    var configuration = ServerConfiguration()
    configuration.maximumConnections = 2
    try await withServer(configuration, offering: .connect()) { _, endpoint in
      let first = try await RawConnection.connect(to: endpoint)
      try await withClient(of: endpoint) { client in
        let before = try await client.call("Arith.Multiply", Args(A: 7, B: 8), returning: Int.self)
        let refused = try await answer(to: "", from: endpoint)
        let after = try await client.call("Arith.Multiply", Args(A: 7, B: 8), returning: Int.self)

        #expect((before, refused, after) == (56, "", 56))
      }
      await first.close()

      var product: Int?
      while product == nil {
        // The end of the other connections is not ours to see.
        product = try? await withClient(of: endpoint) { client in
          try await client.call("Arith.Multiply", Args(A: 7, B: 8), returning: Int.self)
        }
      }
      #expect(product == 56)
    }
  }
}

import Foundation
import RPCKit
import Testing

/// Servers that are killed with -9.
@Suite(.timeLimit(.minutes(1)))
struct FailoverTests {
  @Test(.needs(.haproxy), arguments: ["haproxy", "endpoints"])
  func `no idempotent call is lost when one of three servers is killed under load`(front: String) async throws
  {
    let haproxy = try Peer.haproxy.required().path
    let failover = try await run(
      Programs.failover,
      ["--through", front, "--seconds", "2.1", "--callers", "12", "--clients", "3", "--haproxy", haproxy]
    )

    #expect(failover.status == 0, "\(failover.output) \(failover.errors)")
    #expect(failover.output.contains("wrong answers: 0, idempotent calls lost: 0\n"))
    #expect(!failover.output.contains("calls made: 0,"))
  }

  // R16.
  @Test(arguments: Engine.all)
  func `when a server is killed, a thousand calls in flight fail at once, and so does every later one`(
    engine: Engine
  ) async throws {
    try await withServer(Programs.arithServer, ["--listen", "tcp://127.0.0.1:0"]) { endpoint, server in
      var configuration = ClientConfiguration()
      configuration.maximumCallsInFlight = 1000
      let client = try await RPCClient.connect(
        to: Endpoint(endpoint),
        codec: engine.codec,
        configuration: configuration
      )
      // It answers no more.
      server.send(SIGSTOP)
      let calls = (0..<1000).map { number in
        client.start("Arith.Multiply", Args(A: number, B: 2), returning: Int.self)
      }

      let killed = ContinuousClock.now
      server.send(SIGKILL)
      var lost = 0
      var answered = 0
      for (number, call) in calls.enumerated() {
        do throws(RPCError) { answered += try await call.reply == 2 * number ? 1 : 0 } catch .connectionLost {
          lost += 1
        } catch {}
      }
      let time = ContinuousClock.now - killed

      // It may have answered a few before the signal reached it.
      #expect(lost + answered == 1000)
      #expect(lost > 0)
      #expect(time < .seconds(1))
      await #expect {
        try await client.call("Arith.Multiply", Args(A: 1, B: 2), returning: Int.self)
      } throws: {
        if case RPCError.shutdown = $0 { true } else { false }
      }
      try await client.close()
    }
  }
}

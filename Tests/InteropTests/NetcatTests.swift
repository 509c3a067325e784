import Foundation
import RPCKit
import Testing

/// A person with netcat, who closes the sending half as soon as the requests are out.
@Suite(.needs(.netcat), .timeLimit(.minutes(1)))
struct NetcatTests {
  @Test(arguments: Engine.all)
  func `a half-closed connection gets all its answers, the slow ones too`(engine: Engine) async throws {
    let requests = """
      {"method":"Misc.Sleep","params":[300],"id":1}{"method":"Misc.Echo","params":["\u{1F600}"],"id":"two"}
      {"method":"Arith.Divide","params":[{"A":1,"B":0}],"id":{"three":3}}
      """

    let lines = try await answers(to: requests, engine: engine)

    #expect(
      lines == [
        #"{"id":"two","result":"\#u{1F600}","error":null}"#,
        #"{"id":1,"result":300,"error":null}"#,
        #"{"id":{"three":3},"result":null,"error":"divide by zero"}"#,
      ]
    )
  }

  @Test(arguments: Engine.all)
  func `a malformed request is answered with what is wrong and where`(engine: Engine) async throws {
    let lines = try await answers(to: #"{"method":"Arith.Multiply" "params":[]}"#, engine: engine)

    #expect(lines.count == 1)
    #expect(
      lines.first?.hasPrefix(#"{"id":null,"result":null,"error":"rpc: server cannot decode request: "#)
        == true
    )
    #expect(lines.first?.contains("at byte 27") == true)
  }

  /// The reply lines, sorted, because replies overtake each other.
  private func answers(to requests: String, engine: Engine) async throws -> [String] {
    try await withSwiftServer(codec: engine.codec) { endpoint in
      let address = "\(endpoint)".dropFirst("tcp://".count).split(separator: ":").map(String.init)
      let netcat = try await run(Peer.netcat.required(), ["-N"] + address, input: requests)
      #expect(netcat.status == 0, "\(netcat.errors)")
      return netcat.output.split(separator: "\n").map(String.init).sorted()
    }
  }
}

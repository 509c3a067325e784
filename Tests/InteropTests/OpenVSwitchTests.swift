import Foundation
import RPCKit
import Testing

/// Open vSwitch speaks JSON-RPC 1.0 in C, with a parser of its own and without a byte between messages.
@Suite(.timeLimit(.minutes(2)))
struct OpenVSwitchTests {
  @Test(.needs(.ovsAppctl), arguments: Engine.all)
  func `ovs-appctl calls a Swift service on a Unix socket`(engine: Engine) async throws {
    try await withTemporaryDirectory { directory in
      let socket = directory.appending(path: "misc.sock").path
      try await withSwiftServer(on: .unix(socket), codec: engine.codec) { _ in
        let echo = try await run(Peer.ovsAppctl.required(), ["-t", socket, "Misc.Echo", "hello"])
        #expect(echo.status == 0, "\(echo.errors)")
        #expect(echo.output == "hello")

        let unknown = try await run(Peer.ovsAppctl.required(), ["-t", socket, "Misc.Nope", "hello"])
        #expect(unknown.status == 2)
        #expect(unknown.errors.contains("rpc: can't find method Misc.Nope"))

        let dotless = try await run(Peer.ovsAppctl.required(), ["-t", socket, "version"])
        #expect(dotless.status == 2)
        #expect(dotless.errors.contains("rpc: service/method request ill-formed: version"))
      }
    }
  }

  @Test(.needs(.ovsdbServer, .ovsdbTool), arguments: Engine.all)
  func `a client that is idle for 12 seconds survives ovsdb-server's probes`(engine: Engine) async throws {
    let log = try await withDatabaseServer { endpoint in
      try await withClient(of: endpoint, codec: engine.codec) { client in
        #expect(
          try await client.call("list_dbs", [String](), returning: [String].self) == ["Demo", "_Server"]
        )

        // It probes after 5 s and would close at 10 s.
        try await Task.sleep(for: .seconds(12))

        #expect(
          try await client.call("list_dbs", [String](), returning: [String].self) == ["Demo", "_Server"]
        )
        try await expectServerError("unknown method") {
          _ = try await client.call("nope", [String](), returning: [String].self)
        }
      }
    }

    #expect(log.contains(#"send request, method="echo", params=[], id="echo""#))
    #expect(log.contains(#"received reply, result=[], id="echo""#))
  }

  /// Runs an ovsdb-server with an empty database, which needs neither root nor a kernel module, and returns its log.
  private func withDatabaseServer(body: (Endpoint) async throws -> Void) async throws -> String {
    try await withTemporaryDirectory { directory in
      let schema = directory.appending(path: "demo.ovsschema")
      let database = directory.appending(path: "demo.db")
      let log = directory.appending(path: "log")
      let table = #"{"columns":{"k":{"type":"string"}},"isRoot":true}"#
      try Data(#"{"name":"Demo","version":"1.0.0","tables":{"Kv":\#(table)}}"#.utf8).write(to: schema)
      let creation = try await run(Peer.ovsdbTool.required(), ["create", database.path, schema.path])
      try #require(creation.status == 0, "\(creation.errors)")

      let arguments = [
        "--remote=ptcp:0:127.0.0.1",
        "--unixctl=\(directory.path)/ctl",
        "--no-chdir",
        "-vconsole:info",
        "-vjsonrpc:file:dbg",
        "--log-file=\(log.path)",
        database.path,
      ]
      try await withServer(
        Peer.ovsdbServer.required(),
        arguments,
        environment: ["OVS_RUNDIR": directory.path],
        lines: \.errors,
        mark: "listening on port "
      ) { port, _ in
        try await body(.tcp("127.0.0.1", port: #require(Int(port))))
      }
      return try String(contentsOf: log, encoding: .utf8)
    }
  }
}

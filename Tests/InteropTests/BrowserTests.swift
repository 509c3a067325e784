import Foundation
import RPCKit
import Testing

/// The debug page in a browser without a screen.
///
/// Where `RPCKIT_PICTURE` names a file, a picture of the page is written to it: `make picture`.
@Suite(.needs(.chromium), .serialized, .timeLimit(.minutes(3)))
struct BrowserTests {
  @Test func `a browser shows the page, and sees its numbers move`() async throws {
    try await withPage { client, page in
      let before = try await dump(page)
      for number in 0..<42 {
        _ = try await client.call("Arith.Multiply", Args(A: number, B: 2), returning: Int.self)
      }
      for _ in 0..<3 {
        _ = try? await client.call("Arith.Divide", Args(A: 1, B: 0), returning: Quotient.self)
      }
      let after = try await dump(page)

      #expect(before["Multiply"] == ["0", "0", "0", "0", "0", "–", "–"])
      #expect(after["Multiply"]?.prefix(3) == ["42", "0", "0"])
      #expect(after["Divide"]?.prefix(3) == ["3", "0", "3"])
      #expect(after["Multiply"]?.last?.firstMatch(of: /^\d+(\.\d)? (µs|ms|s)$/) != nil)
    }
  }

  @Test func `a browser shows a service called <script> as text, and runs nothing`() async throws {
    try await withPage { _, page in
      let dom = try await chromium("--dump-dom", page)

      #expect(dom.contains("Service &lt;script&gt;document.title='run'&lt;/script&gt;"))
      #expect(dom.contains("<title>Services</title>"))
      #expect(!dom.contains("<script"))
    }
  }

  @Test(.enabled("where RPCKIT_PICTURE names a file") { pictureFile != nil })
  func `a browser takes a picture of the page`() async throws {
    let file = try #require(Self.pictureFile)
    try await withPage(named: ["Arith", "Misc"]) { client, page in
      try await makeCalls(client)
      let slow = (1...3).map { client.start("Misc.Sleep", $0 * 60_000, returning: Int.self) }
      _ = try await chromium("--screenshot=\(file)", "--window-size=1000,860", "--hide-scrollbars", page)
      for call in slow { call.cancel() }
    }
    let attributes = try FileManager.default.attributesOfItem(atPath: file)
    #expect(try #require(attributes[.size] as? Int) > 1000)
  }

  private static var pictureFile: String? { ProcessInfo.processInfo.environment["RPCKIT_PICTURE"] }

  private func makeCalls(_ client: RPCClient) async throws {
    for number in 0..<5000 {
      _ = try await client.call("Arith.Multiply", Args(A: number, B: 2), returning: Int.self)
      if number % 7 == 0 {
        _ = try? await client.call("Arith.Divide", Args(A: number, B: number % 5), returning: Quotient.self)
      }
      if number % 9 == 0 { _ = try await client.call("Misc.Echo", "hello", returning: String.self) }
    }
    for _ in 0..<20 { _ = try await client.call("Misc.Sleep", 5, returning: Int.self) }
  }

  private func withPage(
    named names: [String] = ["Arith", "<script>document.title='run'</script>"],
    body: (RPCClient, String) async throws -> Void
  ) async throws {
    let server = RPCServer()
    try server.register(Arith(), as: names[0])
    try server.register(Misc(), as: names[1])
    let listener = try await server.listen(
      on: .tcp("127.0.0.1", port: 0),
      codec: Engine.all[0].codec,
      offering: .debugPage()
    )
    try await withClient(of: listener.endpoint, codec: Engine.all[0].codec) { client in
      try await body(client, "\(listener.endpoint)/debug/rpc".replacing("tcp://", with: "http://"))
    }
    await server.close()
  }

  /// The cells behind each method's name, as the browser has them after it has read the page.
  private func dump(_ page: String) async throws -> [String: [String]] {
    let dom = try await chromium("--dump-dom", page)
    let row = /<td align="left" font="fixed">(\w+)\(.*?\) error<\/td>(.*?)<\/tr>/.dotMatchesNewlines()
    return dom.matches(of: row).reduce(into: [:]) { cells, match in
      cells[String(match.1)] = match.2.matches(of: /<td[^>]*>(.*?)<\/td>/).map { String($0.1) }
    }
  }

  /// Runs the browser, with a profile of its own, and returns what it writes.
  private func chromium(_ arguments: String...) async throws -> String {
    try await withTemporaryDirectory { profile in
      let options = [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        "--user-data-dir=\(profile.path)",
      ]
      let browser = try await run(Peer.chromium.required(), options + arguments)
      #expect(browser.status == 0, "\(browser.errors)")
      return browser.output
    }
  }
}

import FrameCodec
import RPCKit

/// Serves a service in a codec of one's own, and calls it: `swift run frame-codec`.
@main
enum FrameCodecDemo {
  static func main() async throws {
    let server = RPCServer()
    try server.register(Text())
    let listener = try await server.listen(on: .tcp("127.0.0.1", port: 0), codec: .frame)
    let client = try await RPCClient.connect(to: listener.endpoint, codec: .frame)

    for text in ["net/rpc", ""] {
      do {
        let reply = try await client.call("Text.Reverse", text, returning: String.self)
        print("Text.Reverse \"\(text)\" -> \"\(reply)\"")
      } catch RPCError.server(let error) {
        print("Text.Reverse \"\(text)\" -> error: \(error)")
      }
    }

    try await client.close()
    await server.close()
  }
}

/// The service; it does not know by which codec it is called.
private struct Text: RPCService {
  static let methods = [RPCMethod("Reverse", reverse)]

  func reverse(_ text: String) throws -> String {
    guard !text.isEmpty else { throw ServerError("nothing to reverse") }
    return String(text.reversed())
  }
}

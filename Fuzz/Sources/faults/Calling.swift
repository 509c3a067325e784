import Foundation
import RPCKit

/// A client whose memory is measured: makes one call to a port, and prints how it ended.
///
/// Options: `engine`, `port`. It ends with its standard input.
enum Calling {
  static func run(_ options: Options) async throws {
    let endpoint = Endpoint.tcp("127.0.0.1", port: options.number("port") ?? 0)
    let client = try await RPCClient.connect(to: endpoint, codec: options.engine.codec)
    do {
      print(try await client.call("Fault.Text", 1, returning: String.self).utf8.count)
    } catch {
      print("\(error)")
    }
    fflush(nil)
    try await onThread { while let _ = readLine() {} }
  }
}

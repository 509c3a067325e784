import Codecs
import RPCKit

struct Args: Codable, Sendable {
  var A, B: Int
}

struct Arith: RPCService {
  static let methods = [RPCMethod("Multiply", multiply)]

  func multiply(_ args: Args) -> Int { args.A &* args.B }
}

let server = RPCServer()
try server.register(Arith())
let listener = try await server.listen(on: .tcp("127.0.0.1", port: 0), codec: .foundationJSON)

let client = try await RPCClient.connect(to: listener.endpoint, codec: .foundationJSON)
let product = try await client.call("Arith.Multiply", Args(A: 7, B: 8), returning: Int.self)
print("7 × 8 = \(product)")

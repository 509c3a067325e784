import RPCKit

// Go's own tests call a service of this shape: rpc/server_test.go, jsonrpc/all_test.go.

struct Args: Codable, Sendable, Hashable {
  var A: Int
  var B: Int
}

struct Reply: Codable, Sendable, Hashable {
  var C: Int
}

struct Arith: RPCService {
  static let methods = [
    RPCMethod("Add", add), RPCMethod("Mul", multiply), RPCMethod("Div", divide),
    RPCMethod("String", string), RPCMethod("Scan", scan),
  ]

  func add(_ args: Args) -> Reply { Reply(C: args.A + args.B) }
  func multiply(_ args: Args) -> Reply { Reply(C: args.A * args.B) }
  func string(_ args: Args) -> String { "\(args.A)+\(args.B)=\(args.A + args.B)" }

  func divide(_ args: Args) throws -> Reply {
    guard args.B != 0 else { throw ServerError("divide by zero") }
    return Reply(C: args.A / args.B)
  }

  func scan(_ text: String) throws -> Reply {
    guard let number = Int(text) else { throw ServerError("expected integer") }
    return Reply(C: number)
  }
}

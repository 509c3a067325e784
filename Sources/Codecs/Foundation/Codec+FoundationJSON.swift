public import RPCKit

extension Codec {
  /// JSON-RPC 1.0 as Go's `net/rpc/jsonrpc` speaks it, with Foundation's JSONDecoder and JSONEncoder for the bodies.
  public static let foundationJSON = Codec.jsonRPC(name: "foundation", coder: FoundationJSONCoder())
}

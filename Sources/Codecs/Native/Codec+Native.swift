public import RPCKit

extension Codec {
  /// JSON-RPC 1.0 as Go's `net/rpc/jsonrpc` speaks it, with RPCKit's own coder for the bodies.
  ///
  /// On the wire it is the same as ``foundationJSON`` and ``jansson``. It is the fastest of the three, needs no library,
  /// and is the one for large bodies.
  public static let native = Codec.jsonRPC(name: "native", coder: NativeJSONCoder())
}

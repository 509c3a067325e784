#if Jansson
  public import RPCKit

  extension Codec {
    /// JSON-RPC 1.0 as Go's `net/rpc/jsonrpc` speaks it, with libjansson for the bodies.
    ///
    /// On the wire it is the same as ``foundationJSON``, and faster. It is available with the package trait `Jansson`.
    public static let jansson = Codec.jsonRPC(name: "jansson", coder: JanssonCoder())
  }
#endif

public import RPCKit

extension Codec {
  /// Makes a codec for Go's JSON-RPC 1.0 with an engine of your own for the bodies.
  ///
  /// The envelope is not the engine's business: messages are found, checked and limited in front of it, and written
  /// around what it encodes. It gets whole values that are valid JSON, and must write the same.
  ///
  /// On the wire, a request and its response are each one line:
  ///
  ///     {"method":"Arith.Add","params":[{"A":7,"B":8}],"id":0}
  ///     {"id":0,"result":{"C":15},"error":null}
  ///
  /// A connection that begins with an upper-case letter (HTTP), with a control character other than white space (TLS),
  /// or with a byte that is not ASCII is not admitted.
  ///
  /// The corresponding Go functions are `jsonrpc.NewClientCodec` and `jsonrpc.NewServerCodec`.
  ///
  /// - Parameters:
  ///   - name: The name for logs and metrics.
  ///   - coder: The engine.
  /// - Returns: The codec.
  public static func jsonRPC(name: String, coder: any BodyCoder) -> Codec {
    Codec(
      name: name,
      coder: coder,
      admits: admitsJSON,
      makeClientCodec: { JSONClientCodec(coder: coder, limits: $0) },
      makeServerCodec: { JSONServerCodec(coder: coder, limits: $0) }
    )
  }

  /// Whether a connection that begins with this byte is taken for JSON, well-formed or not.
  private static func admitsJSON(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): false
    case 0x20..<0x7F: true
    default: byte.isJSONWhitespace
    }
  }
}

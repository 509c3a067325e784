/// An error whose text crosses the wire: thrown by a server's method, received by the caller.
///
/// It is the only error that means "the remote side said so". The corresponding Go type is `rpc.ServerError`.
public struct ServerError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The text, exactly as it stands on the wire.
  ///
  /// An error that is not a string there, such as the objects that some JSON-RPC servers send, is kept as
  /// its text in the wire format: `{"code":-32601,"message":"x"}`.
  public let text: String

  /// Makes the error that a method throws.
  ///
  /// - Parameter text: What the caller sees. An empty one is sent as `unspecified error`, since Go would take the
  ///   response for a success.
  public init(_ text: String) {
    self.text = text
  }

  /// The text.
  public var description: String { text }
}

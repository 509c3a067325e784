/// What a request says before its body: which method is called, and under which id the answer is awaited.
///
/// The corresponding Go type is `rpc.Request`.
public struct RequestHeader: Sendable, Hashable {
  /// The full name, `Service.Method`.
  public var serviceMethod: String

  /// The id that the response will carry.
  ///
  /// A client's is its sequence number.
  public var messageID: MessageID

  /// Makes a request header.
  ///
  /// - Parameters:
  ///   - serviceMethod: The full name, `Service.Method`. It is not checked: the server decides what exists.
  ///   - messageID: The id that the response will carry.
  public init(serviceMethod: String, messageID: MessageID) {
    self.serviceMethod = serviceMethod
    self.messageID = messageID
  }
}

/// What a response says before its body: which request it answers, and the error if there is one.
///
/// The corresponding Go type is `rpc.Response`.
public struct ResponseHeader: Sendable, Hashable {
  /// The id of the request that is answered.
  public var messageID: MessageID

  /// The text of the error, or nil for a success, whose reply is the body.
  public var error: String?

  /// Makes a response header.
  ///
  /// - Parameters:
  ///   - messageID: The id of the request that is answered.
  ///   - error: The text of the error, or nil for a success.
  public init(messageID: MessageID, error: String? = nil) {
    self.messageID = messageID
    self.error = error
  }
}

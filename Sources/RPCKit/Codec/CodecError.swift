/// What went wrong between bytes and messages, and how far it reaches.
///
/// Go has no such distinction: there, one wrongly typed reply ends the client and all its calls.
public enum CodecError: Error, Sendable, Hashable {
  /// The peer sent bytes that are not a message of this format.
  ///
  /// The peer's fault. Where the next message begins is unknown, so the connection ends; a server says why first.
  ///
  /// - Parameters:
  ///   - reason: What was wrong, such as `invalid character 'x' looking for beginning of value`. Never the payload.
  ///   - offset: At which byte of the message, counted from 0.
  case malformed(reason: String, offset: Int)

  /// The peer's message is past a limit of ``MessageLimits``.
  ///
  /// The peer's fault, or the limit is too low for it. The connection ends; a server says why first.
  ///
  /// - Parameters:
  ///   - limit: Which limit.
  ///   - maximum: Its value.
  ///   - messageID: The message's id, in the rare case that it came first.
  case limitExceeded(MessageLimits.Kind, maximum: Int, messageID: MessageID)

  /// A whole message has no body where one is needed, or one of the wrong shape.
  ///
  /// The peer's fault. Only this message fails; the connection goes on.
  ///
  /// - Parameter reason: The text that the caller sees, such as `jsonrpc: request body missing params`.
  case invalidBody(reason: String)

  /// A message cannot be expressed in this format.
  ///
  /// The local program's fault. Only this message fails; nothing was written.
  ///
  /// - Parameter reason: What cannot be expressed.
  case unencodable(reason: String)

  /// How much is lost with an error.
  public enum Reach: Sendable, Hashable {
    /// The one message. The connection goes on.
    case message

    /// The connection, with every call that is not yet answered.
    case connection
  }

  /// How much is lost with this error.
  public var reach: Reach {
    switch self {
    case .malformed, .limitExceeded: .connection
    case .invalidBody, .unencodable: .message
    }
  }
}

extension CodecError: CustomStringConvertible {
  /// The text for a log or for the peer: at most a line, without the payload.
  public var description: String {
    switch self {
    case .malformed(let reason, let offset): "\(reason) at byte \(offset)"
    case .limitExceeded(let limit, let maximum, _): "message has more than \(maximum) \(limit.unit)"
    case .invalidBody(let reason), .unencodable(let reason): reason
    }
  }
}

import RPCKit

extension Result {
  /// The error, if it is one.
  var error: Failure? {
    guard case .failure(let error) = self else { return nil }
    return error
  }
}

extension RPCError? {
  var isShutdown: Bool {
    if case .shutdown = self { true } else { false }
  }

  var isTooManyCalls: Bool {
    if case .tooManyCalls = self { true } else { false }
  }

  var isCancelled: Bool {
    if case .cancelled = self { true } else { false }
  }

  var isConnectionLost: Bool {
    if case .connectionLost = self { true } else { false }
  }

  var isTimedOut: Bool {
    if case .timedOut = self { true } else { false }
  }

  var isReplyNotDecodable: Bool {
    if case .replyNotDecodable = self { true } else { false }
  }

  var isArgumentNotEncodable: Bool {
    if case .argumentNotEncodable = self { true } else { false }
  }

  var protocolViolation: CodecError? {
    if case .protocolViolation(let error) = self { error } else { nil }
  }

  /// The text that the server sent.
  var serverText: String? {
    if case .server(let error) = self { error.text } else { nil }
  }
}

/// What an operation that must fail fails with.
func failure<Value>(_ operation: () async throws(RPCError) -> Value) async -> RPCError? {
  do throws(RPCError) {
    _ = try await operation()
    return nil
  } catch {
    return error
  }
}

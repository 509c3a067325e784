/// Why a call, a connection or a listener failed.
public indirect enum RPCError: Error, Sendable {
  /// The server answered the call with an error. The connection is as good as before.
  case server(ServerError)

  /// The client was closed, or lost its connection before this call: nothing was sent. Make a new client.
  ///
  /// A client that reconnects fails so only when it was closed.
  ///
  /// The corresponding Go error is `rpc.ErrShutdown`.
  case shutdown

  /// The connection was lost while the call was under way. The server may have run it or not. Make a new client, unless
  /// this one reconnects.
  ///
  /// - Parameter reason: What the system said, `unexpected EOF` where the server closed the connection, or which limit of
  ///   the ``ClientConfiguration`` was passed.
  case connectionLost(reason: String)

  /// The server sent something that is not the protocol, which ended the connection and all its calls.
  case protocolViolation(CodecError)

  /// There is no connection to the endpoint. Nothing was sent.
  ///
  /// Besides connecting, the call of a client that reconnects fails so, when it has waited for a connection until its time
  /// was over.
  ///
  /// - Parameters:
  ///   - endpoint: Where to, or nil for a connection in memory.
  ///   - reason: What the system said.
  case connectFailed(Endpoint?, reason: String)

  /// The server cannot listen on the endpoint.
  ///
  /// - Parameters:
  ///   - endpoint: Where.
  ///   - reason: What the system said, such as an address that is in use.
  case listenFailed(Endpoint, reason: String)

  /// No answer came within the time limit. The server may have run the call or not; its late reply is dropped. The
  /// connection is as good as before.
  case timedOut(after: Duration)

  /// The task that waited for the call was cancelled. The server may have run the call or not; its late reply is
  /// dropped. The connection is as good as before.
  ///
  /// Besides calls, connecting fails so. There is no connection then.
  case cancelled

  /// As many calls are in flight as the client's configuration allows, and the call was made by `start`, which does
  /// not wait. Nothing was sent.
  case tooManyCalls

  /// The argument could not be encoded. Nothing was sent.
  case argumentNotEncodable(any Error)

  /// An interceptor of the client threw. What it did before is its own.
  case interceptor(any Error)

  /// The reply came, but could not be decoded as the type that was asked for. The connection is as good as before.
  case replyNotDecodable(any Error)
}

extension RPCError: CustomStringConvertible {
  /// The text, in Go's words where Go has them.
  public var description: String {
    switch self {
    case .server(let error): error.text
    case .shutdown: WireText.shutdown
    case .connectionLost(let reason): "connection lost: \(reason)"
    case .protocolViolation(let error): "the server sent something that is not the protocol: \(error)"
    case .connectFailed(let endpoint?, let reason): "cannot connect to \(endpoint): \(reason)"
    case .connectFailed(nil, let reason): "cannot connect: \(reason)"
    case .listenFailed(let endpoint, let reason): "cannot listen on \(endpoint): \(reason)"
    case .timedOut(let duration): "no answer within \(duration.text)"
    case .cancelled: "the call was cancelled"
    case .tooManyCalls: "too many calls in flight"
    case .argumentNotEncodable(let error): "cannot encode the argument: \(error)"
    case .interceptor(let error): "an interceptor refused the call: \(error)"
    case .replyNotDecodable(let error): "cannot decode the reply: \(error)"
    }
  }
}

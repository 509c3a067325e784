/// How a client treats its connection.
///
/// Every value has a default.
public struct ClientConfiguration: Sendable {
  /// How large a message of the server may be.
  public var messageLimits = MessageLimits()

  /// How many calls may be in flight at the same time: 100 unless set.
  ///
  /// Past it, `call` waits for one to be answered, and `start` fails.
  public var maximumCallsInFlight = 100

  /// How many bytes may wait to be written: 1 MiB unless set.
  ///
  /// Past it, calls wait until the server has read some.
  public var maximumUnwrittenBytes = 1 << 20

  /// How long a call may take that names no time limit of its own: 60 s unless set.
  public var defaultTimeout: Duration = .seconds(60)

  /// How long connecting may take, and then the handshake of TLS or HTTP: 10 s each unless set.
  public var connectTimeout: Duration = .seconds(10)

  /// Whom the client believes on `tls://` endpoints: the authorities that the system believes unless set.
  public var tls = ClientTLS()

  /// How long a message of the server may take once its first byte is there: 30 s unless set, nil for as long as it
  /// likes.
  ///
  /// Past it, and at most an eighth later, the connection is lost. Between messages a server may be silent for ever.
  public var messageTimeout: Duration? = .seconds(30)

  /// How long the server may take nothing of what is waiting to be written: 30 s unless set, nil for as long as it likes.
  ///
  /// Past it, and at most a quarter later, the connection is lost.
  public var writeTimeout: Duration? = .seconds(30)

  /// How long the calls in flight may take at a graceful shutdown: 10 s unless set.
  ///
  /// Only ``RPCClient/run()`` looks at it.
  public var drainTime: Duration = .seconds(10)

  /// Whether and how a server that is silent is asked whether it is there: nil, the default, for not at all.
  public var probe: ServerProbe?

  /// Whether and when a lost connection is made anew: nil, the default, for never.
  ///
  /// With it, the calls that come while there is no connection wait for one. When their time is over, they fail with the
  /// ``RPCError/connectFailed(_:reason:)`` of the last attempt. Calls that were not sent when a connection was lost are
  /// sent on the next; those that the server may have got fail with ``RPCError/connectionLost(reason:)``, unless they are
  /// among the ``idempotentMethods``.
  ///
  /// A client of several endpoints reconnects in any case, by the default policy where there is none here. A client of a
  /// channel never does.
  public var reconnect: ReconnectPolicy?

  /// The full names of the methods that may run twice for one call without harm: none unless set.
  ///
  /// A client that reconnects sends their calls again when the connection was lost before the answer came, within the
  /// call's time limit and at most ``maximumResends`` times.
  public var idempotentMethods: Set<String> = []

  /// How many times the call of an idempotent method may be sent again: 3 unless set.
  ///
  /// A call that ends every server that gets it must not end all of them.
  public var maximumResends = 3

  /// How the system notices that the server's machine is gone, or nil to leave it be.
  ///
  /// It concerns endpoints that are reached by TCP, not channels that the program has made itself.
  public var keepAlive: TCPKeepAlive? = TCPKeepAlive()

  /// Closures around every call, the first one outermost.
  public var interceptors: [ClientInterceptor] = []

  /// Makes the default configuration.
  public init() {}
}

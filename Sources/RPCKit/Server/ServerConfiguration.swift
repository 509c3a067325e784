/// How a server treats its connections.
///
/// Every value has a default that suits a service on a trusted network.
public struct ServerConfiguration: Sendable {
  /// How large a request may be.
  public var messageLimits = MessageLimits()

  /// How long a request may take once its first byte is there: 30 s unless set, nil for as long as it likes.
  ///
  /// The time counts while the server reads, and stops while it does not because other limits are reached. Past it, the
  /// peer is told and the connection closed. Between requests a connection may be silent for ever.
  public var messageTimeout: Duration? = .seconds(30)

  /// How long a peer may take nothing of what is waiting to be written to it: 30 s unless set, nil for as long as it likes.
  ///
  /// Past it, and at most an eighth later, the connection is closed.
  public var writeTimeout: Duration? = .seconds(30)

  /// How long a method may take that names no time limit of its own: nil, the default, for as long as it likes.
  ///
  /// Past it, the caller gets an error, `rpc: method took longer than 2 seconds`, the method's task is cancelled, and what
  /// it still returns or throws is dropped. The time begins when the request has been read. Until the task has really
  /// ended, it is one of the ``maximumCallsInFlight``: a peer cannot have more methods running than that, however many
  /// ignore their cancellation, and the next call of an ordered connection waits.
  ///
  /// A synchronous method that is declared for the event loop is called in place and has no time limit.
  public var methodTimeout: Duration?

  /// How many calls of one connection may run at the same time: 100 unless set.
  ///
  /// Past it, reading stops until the task of one of them has ended.
  public var maximumCallsInFlight = 100

  /// How many bytes of requests may be held for the calls in flight of one connection: 8 MiB unless set.
  ///
  /// Past it, reading stops until the task of one of them has ended.
  public var maximumBytesInFlight = 8 << 20

  /// How many bytes may wait to be written on one connection: 1 MiB unless set.
  ///
  /// Past it, reading stops until the peer has read some of them.
  public var maximumUnwrittenBytes = 1 << 20

  /// How many connections are served at the same time: 1,000 unless set.
  ///
  /// Past it, the newest is closed at once.
  public var maximumConnections = 1000

  /// Whether what is written to a TCP connection is sent at once, instead of waiting for more (`TCP_NODELAY`): true unless
  /// set.
  public var tcpNoDelay = true

  /// How the system notices that the machine at the other end of a TCP connection is gone, or nil to leave it be.
  public var keepAlive: TCPKeepAlive? = TCPKeepAlive()

  /// The permissions of a Unix socket's file, whatever the umask says: 0o600 unless set.
  ///
  /// Who may connect is who may write to it, and search its directory.
  public var unixSocketPermissions: UInt16 = 0o600

  /// Where methods run that declare nothing themselves: ``MethodExecution/concurrent`` unless set.
  public var execution = MethodExecution.concurrent

  /// Whether the calls of one connection run one at a time and are answered in their order: false unless set.
  ///
  /// Those of two connections still run at the same time. Nothing is read while a call runs, no ``ServerProbe`` either.
  public var isOrdered = false

  /// Whether a reply of null is sent as it is: false unless set.
  ///
  /// Otherwise its caller gets an error in its place, because a Go client takes a null result for the end
  /// of the connection and fails all its calls.
  public var allowsNullReplies = false

  /// Whether a peer that sent something malformed is told what was wrong, in one error response with a null
  /// id, before the connection closes: true unless set.
  ///
  /// Go closes without a word.
  public var explainsMalformedRequests = true

  /// How long the calls in flight may take when ``RPCServer/run()`` is told to shut down: 10 s unless set.
  ///
  /// What is left then is cut.
  public var drainTime: Duration = .seconds(10)

  /// What `tls://` endpoints need, or nil where the server listens on none.
  public var tls: ServerTLS?

  /// Closures around every call, the first one outermost: none unless set.
  ///
  /// Where there are any, every method runs as a task, also one declared for the event loop.
  public var interceptors: [ServerInterceptor] = []

  /// Decides whether a connection is served, before anything is read from it: every one is unless set.
  ///
  /// One that is not is closed at once. On a `tls://` endpoint it is asked behind the handshake, when the peer's certificate
  /// is known. It is called on the connection's event loop and must not block.
  public var acceptsConnection: @Sendable (Peer) -> Bool = { _ in true }

  /// Whether calls and connections are reported to swift-metrics: false unless set.
  ///
  /// It costs two looks at the clock for each call. The figures are those of the factory that the program has
  /// bootstrapped.
  public var reportsMetrics = false

  /// Whether the server explains itself by the method `RPC.Describe`: false unless set.
  ///
  /// Its reply lists services and methods, each with a request to paste. On the wire:
  ///
  ///     {"services":[{"name":"Arith","methods":[{"name":"Multiply","argument":"Args","reply":"Int",
  ///       "example":{"method":"Arith.Multiply","params":[{"A":0,"B":0}],"id":0}}]}]}
  public var describesItself = false

  /// Makes the default configuration.
  public init() {}
}

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

  /// How the system notices that the server's machine is gone, or nil to leave it be.
  ///
  /// It concerns endpoints that are reached by TCP, not channels that the program has made itself.
  public var keepAlive: TCPKeepAlive? = TCPKeepAlive()

  /// Closures around every call, the first one outermost.
  public var interceptors: [ClientInterceptor] = []

  /// Makes the default configuration.
  public init() {}
}

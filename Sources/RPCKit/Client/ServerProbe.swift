/// A call that a client makes of its own accord, to find out whether a silent server still answers.
///
/// It notices what TCP cannot (``TCPKeepAlive``): a program that hangs on a machine that lives, and a server behind a
/// proxy that keeps the connection open.
///
/// ```swift
/// configuration.probe = ServerProbe(interval: .seconds(15))
/// ```
///
/// When nothing has come from the server for the interval, the method is called with ``Empty``. Anything that comes is
/// life, an error too: the server need not have the method. When nothing comes, the connection is lost, and its calls fail
/// with an ``RPCError/connectionLost(reason:)`` that says so.
///
/// A server that is at one of its limits reads nothing, and no probe, before it has answered a call. So while as many calls
/// are in flight as ``ClientConfiguration/maximumCallsInFlight`` allows, the connection is not lost before the first of
/// them has no more time. A server that is ordered, or that runs fewer calls of a connection than this client may have in
/// flight, must answer one within ``interval`` and ``timeout`` together: let them be longer than its longest call.
public struct ServerProbe: Sendable, Hashable {
  /// The full name of the method that is called unless another is given: `RPC.Ping`.
  ///
  /// RPCKit's servers do not have it, and answer with an error, which is not logged above `debug`.
  public static let defaultMethod = "RPC.Ping"

  /// The full name of the method.
  public var serviceMethod: String

  /// How long the server is silent before it is called.
  ///
  /// It is looked at from time to time: the call comes up to a quarter later.
  public var interval: Duration

  /// How long it may be silent after that.
  public var timeout: Duration

  /// Makes a probe.
  ///
  /// - Parameters:
  ///   - serviceMethod: The full name of a method that is cheap, if the server has one; no method unless given.
  ///   - interval: How long the server is silent before it is called.
  ///   - timeout: How long it may be silent after that.
  public init(
    _ serviceMethod: String = defaultMethod,
    interval: Duration = .seconds(30),
    timeout: Duration = .seconds(10)
  ) {
    self.serviceMethod = serviceMethod
    self.interval = interval
    self.timeout = timeout
  }
}

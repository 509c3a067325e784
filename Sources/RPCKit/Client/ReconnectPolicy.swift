/// How a client comes back to a server that it has lost.
///
/// The delays are those of gRPC's specification: 1 s, then 1.6 times as long each time, up to 120 s, each of them shortened
/// or lengthened by chance by up to 20 %, so that the clients of a server that comes back do not come all at once. A delay
/// counts from the beginning of the attempt before it. A connection that lasted longer than its delay is tried again at
/// once, and the delays begin anew.
///
/// The specification is gRPC's `connection-backoff.md`. Go's `rpc.Client` does not reconnect.
public struct ReconnectPolicy: Sendable, Hashable {
  /// The first delay: 1 s unless set.
  ///
  /// Less than 1 ms counts as that.
  public var initialDelay: Duration

  /// What each delay is multiplied by: 1.6 unless set.
  ///
  /// Less than 1, and what is no number, counts as 1.
  public var multiplier: Double

  /// By how much a delay is changed by chance, as a part of it, from 0 to 1: 0.2 unless set.
  public var jitter: Double

  /// The longest delay, before it is changed by chance: 120 s unless set.
  public var maximumDelay: Duration

  /// Makes a policy; what is left out has its default.
  ///
  /// - Parameters:
  ///   - initialDelay: The first delay, at least 1 ms.
  ///   - multiplier: What each delay is multiplied by, at least 1.
  ///   - jitter: By how much a delay is changed by chance, as a part of it, from 0 to 1.
  ///   - maximumDelay: The longest delay, before it is changed by chance.
  public init(
    initialDelay: Duration = .seconds(1),
    multiplier: Double = 1.6,
    jitter: Double = 0.2,
    maximumDelay: Duration = .seconds(120)
  ) {
    self.initialDelay = initialDelay
    self.multiplier = multiplier
    self.jitter = jitter
    self.maximumDelay = maximumDelay
  }
}

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif
import NIOCore

/// How the system finds out that the machine at the other end of an idle TCP connection is gone.
///
/// A machine that loses its power, or a router that forgets the connection, says nothing: without this, an idle
/// connection to it stays for ever. The system asks, the other system answers, and no program notices. With the defaults
/// a dead peer is noticed after two minutes of silence; the connection is lost then.
///
/// It says nothing of a program that hangs on a machine that lives.
public struct TCPKeepAlive: Sendable, Hashable {
  /// How long a connection is idle before the system asks: 60 s unless set.
  ///
  /// A fraction of a second counts as a whole one, here and in ``interval``.
  public var idleTime: Duration

  /// How long the system waits for an answer before it asks again: 15 s unless set.
  public var interval: Duration

  /// How many questions without an answer end the connection: 4 unless set.
  public var probes: Int

  /// Makes a setting; what is left out has its default.
  ///
  /// - Parameters:
  ///   - idleTime: How long a connection is idle before the system asks, from 1 s to 32,767 s.
  ///   - interval: How long it waits for an answer before it asks again, from 1 s to 32,767 s.
  ///   - probes: How many questions without an answer end the connection, from 1 to 127.
  public init(idleTime: Duration = .seconds(60), interval: Duration = .seconds(15), probes: Int = 4) {
    self.idleTime = idleTime
    self.interval = interval
    self.probes = probes
  }

  /// Sets the options of a channel's socket.
  ///
  /// Channels that are no TCP sockets are left as they are. Runs on the channel's event loop.
  func apply(to channel: any Channel) {
    guard let options = channel.syncOptions else { return }
    // A value that the system refuses leaves its own in place.
    try? options.setOption(.socketOption(.so_keepalive), value: 1)
    try? options.setOption(.tcpOption(Self.idleTimeOption), value: Self.seconds(idleTime))
    try? options.setOption(.tcpOption(.init(rawValue: TCP_KEEPINTVL)), value: Self.seconds(interval))
    try? options.setOption(.tcpOption(.init(rawValue: TCP_KEEPCNT)), value: min(max(probes, 1), 127))
  }

  private static var idleTimeOption: NIOBSDSocket.Option {
    #if canImport(Darwin)
      .init(rawValue: TCP_KEEPALIVE)
    #else
      .init(rawValue: TCP_KEEPIDLE)
    #endif
  }

  /// Whole seconds, in the system's range.
  private static func seconds(_ duration: Duration) -> Int {
    let range = Duration.seconds(1) ... .seconds(32_767)
    let (seconds, fraction) = min(max(duration, range.lowerBound), range.upperBound).components
    return Int(seconds) + (fraction > 0 ? 1 : 0)
  }
}

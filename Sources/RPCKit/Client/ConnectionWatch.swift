import NIOCore

/// Whether a server takes what is written to it, finishes what it begins to say, and is there at all.
///
/// A value without input or output. It is shown the connection from time to time, and compares: so a call costs no look
/// at the clock and no timer.
struct ConnectionWatch {
  /// What can be seen of a connection.
  ///
  /// Counts go from its beginning.
  struct Sight {
    var bytesWritten = 0
    /// How many of them the system has not taken, which it does when the server takes what it has.
    var bytesWaiting = 0
    var reads = 0
    var messages = 0
    var isInsideMessage = false
    /// When the first of the calls in flight has no more time, where these are so many that the server may not read on
    /// before it has answered one.
    var busyUntil: NIODeadline?
  }

  enum Finding: Equatable {
    /// There is nothing to look at until something is written, or read.
    case calm
    /// Look again after ``interval``.
    case waiting
    /// Call the server, and look again after ``interval``.
    case silent
    /// The connection is of no use any more.
    case lost(reason: String)
  }

  /// How long from one look to the next.
  let interval: TimeAmount

  private let writeTimeout: Duration?
  private let messageTimeout: Duration?
  private let probe: ServerProbe?

  private var writing = Standstill()
  private var message = Standstill()
  private var hearing = Standstill()
  /// Until when a server that has been called may be silent.
  private var patience: NIODeadline?

  init(_ configuration: ClientConfiguration) {
    writeTimeout = configuration.writeTimeout
    messageTimeout = configuration.messageTimeout
    probe = configuration.probe
    let limits = [writeTimeout, messageTimeout, probe?.interval, probe?.timeout].compactMap { $0 }
    interval = TimeAmount(max((limits.min() ?? .seconds(3600)) / 8, .milliseconds(1)))
  }

  /// Looks at the connection.
  mutating func look(_ sight: Sight, at now: NIODeadline) -> Finding {
    let taken = sight.bytesWritten - sight.bytesWaiting
    let stall = writing.time(waits: sight.bytesWaiting > 0, mark: taken, at: now)
    if let writeTimeout, stall >= TimeAmount(writeTimeout) {
      return .lost(reason: WireText.serverDoesNotRead(writeTimeout))
    }
    let pause = message.time(waits: sight.isInsideMessage, mark: sight.messages, at: now)
    if let messageTimeout, pause >= TimeAmount(messageTimeout) {
      return .lost(reason: WireText.serverMessageTimedOut(messageTimeout))
    }
    if let probe { return listen(probe, sight, at: now) }
    return sight.bytesWaiting > 0 || sight.isInsideMessage ? .waiting : .calm
  }

  private mutating func listen(_ probe: ServerProbe, _ sight: Sight, at now: NIODeadline) -> Finding {
    let silence = hearing.time(waits: true, mark: sight.reads, at: now)
    guard silence > .zero, silence >= TimeAmount(probe.interval) else {
      patience = nil
      return .waiting
    }
    guard let patience else {
      // What is in flight now stands before the probe; later calls do not keep the server from reading it.
      self.patience = max(now + TimeAmount(probe.timeout), sight.busyUntil ?? now)
      return .silent
    }
    return now < patience ? .waiting : .lost(reason: WireText.serverIsSilent(probe.timeout))
  }
}

/// How long something that should move has stood still.
private struct Standstill {
  private var mark = 0
  private var since: NIODeadline?

  /// Compares with what was seen before.
  ///
  /// - Parameters:
  ///   - waits: Whether it should move.
  ///   - mark: How far it has come.
  ///   - now: The time.
  /// - Returns: How long it has been seen so, zero if it moves.
  mutating func time(waits: Bool, mark: Int, at now: NIODeadline) -> TimeAmount {
    guard waits else {
      since = nil
      return .zero
    }
    guard let since, self.mark == mark else {
      self.mark = mark
      self.since = now
      return .zero
    }
    return now - since
  }
}

/// What a server's connection may do next.
///
/// A value without input or output: the connection carries out its answers.
struct ServerConnectionState {
  enum Phase: Equatable {
    /// Requests are read and answered. Goes to every other phase.
    case open
    /// The peer has ended its output. What it sent before is answered. Goes to ``refusing`` and ``closing``.
    case inputEnded
    /// What the peer sent made no sense. The calls before it are answered, then it is told. Goes to ``lingering``.
    case refusing(CodecError)
    /// The server is shutting down. What has been read is answered. Goes to ``refusing`` and ``lingering``.
    case draining
    /// The last word is said, and our output shut down. What still comes in is thrown away. Goes to ``closing``.
    case lingering(remainingBytes: Int)
    /// The channel is to be closed, as soon as what is written has been flushed. Goes to ``closed``.
    case closing
    /// Nothing is left to do. Goes nowhere.
    case closed
  }

  enum Step: Equatable {
    /// Read a request from what has come, or ask for more.
    case read
    /// Wait for a call to be answered, for the peer to read, or for bytes.
    case wait
    /// Say the last word, which is why the peer is refused if it is, then shut down the output and throw away what comes.
    case sayLastWord(CodecError?)
    /// Flush and close.
    case close
  }

  private(set) var phase = Phase.open
  /// How many calls have tasks that have not finished.
  private(set) var callsInFlight = 0
  /// How many of them have got their answer, an error, because they took too long.
  private var callsTimedOut = 0
  private var peerHasEnded = false
  private var bytesInFlight = 0
  private let maximumCalls: Int
  private let maximumBytes: Int
  private let explains: Bool

  init(_ configuration: ServerConfiguration) {
    self.maximumCalls = configuration.isOrdered ? 1 : max(1, configuration.maximumCallsInFlight)
    self.maximumBytes = configuration.maximumBytesInFlight
    self.explains = configuration.explainsMalformedRequests
  }

  /// What to do now.
  ///
  /// - Parameters:
  ///   - outputHasRoom: Whether less is unwritten than the limit.
  ///   - inputIsExhausted: Whether the codec has asked for more bytes than have come.
  /// - Returns: The one step that comes next.
  func next(outputHasRoom: Bool, inputIsExhausted: Bool) -> Step {
    switch phase {
    case .open, .inputEnded, .draining:
      if !inputIsExhausted {
        return outputHasRoom && mayStartCall ? .read : .wait
      }
      guard allIsAnswered else { return .wait }
      return phase == .open ? .wait : phase == .draining ? .sayLastWord(nil) : .close
    case .refusing(let error):
      return allIsAnswered ? .sayLastWord(explains ? error : nil) : .wait
    case .lingering, .closed: return .wait
    case .closing: return .close
    }
  }

  /// Whether bytes that have come are kept, to be read as requests.
  var keepsInput: Bool { phase == .open || phase == .inputEnded }

  /// Whether the peer's bytes are wanted.
  func wantsInput(outputHasRoom: Bool) -> Bool {
    switch phase {
    case .open: outputHasRoom && mayStartCall
    case .lingering: true
    case .inputEnded, .refusing, .draining, .closing, .closed: false
    }
  }

  private var allIsAnswered: Bool { callsInFlight == callsTimedOut }

  private var mayStartCall: Bool {
    callsInFlight < maximumCalls && (bytesInFlight < maximumBytes || callsInFlight == 0)
  }

  mutating func callStarted(bytes: Int) {
    callsInFlight += 1
    bytesInFlight += bytes
  }

  /// A call has been answered by an error because it took too long.
  ///
  /// It is in flight until its task has finished: otherwise a peer could have any number of methods running.
  mutating func callTimedOut() {
    callsTimedOut += 1
  }

  /// A call's task has finished.
  ///
  /// - Parameters:
  ///   - bytes: The size of its request.
  ///   - isAnswered: Whether it had timed out.
  mutating func callFinished(bytes: Int, isAnswered: Bool = false) {
    callsInFlight -= 1
    callsTimedOut -= isAnswered ? 1 : 0
    bytesInFlight -= bytes
  }

  /// The peer has ended its output.
  mutating func inputEnded() {
    peerHasEnded = true
    switch phase {
    case .open: phase = .inputEnded
    case .lingering: phase = .closing
    case .inputEnded, .refusing, .draining, .closing, .closed: break
    }
  }

  /// The peer sent what no message can be made of.
  mutating func refuse(_ error: CodecError) {
    switch phase {
    case .open, .inputEnded, .draining: phase = .refusing(error)
    case .refusing, .lingering, .closing, .closed: break
    }
  }

  /// The server is shutting down: no more bytes are read.
  mutating func drain() {
    switch phase {
    case .open, .inputEnded: phase = .draining
    case .refusing, .draining, .lingering, .closing, .closed: break
    }
  }

  /// The last word is said.
  ///
  /// If the peer is still sending, what it sends is thrown away for a while.
  mutating func saidLastWord() {
    phase = peerHasEnded ? .closing : .lingering(remainingBytes: Lingering.maximumBytes)
  }

  /// Bytes came that are thrown away.
  mutating func threwAway(bytes: Int) {
    guard case .lingering(let remaining) = phase else { return }
    phase = bytes > remaining ? .closing : .lingering(remainingBytes: remaining - bytes)
  }

  /// The connection is to close, whatever is left.
  mutating func close() {
    if phase != .closed { phase = .closing }
  }

  /// The channel has been told to close.
  mutating func closed() {
    phase = .closed
  }
}

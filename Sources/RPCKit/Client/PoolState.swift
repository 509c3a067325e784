import NIOCore

/// Which endpoints of a client are connected, whose turn it is, and which calls wait for a connection that has room.
///
/// A value without input or output: the ``ConnectionPool`` carries out its answers.
struct PoolState<Link, Call> {
  private enum EndpointState {
    /// An attempt is under way. Goes to both others.
    case connecting
    /// Calls may be sent. Goes to ``waiting``.
    case connected(Link)
    /// There is no connection until the next attempt. Goes to ``connecting``.
    case waiting
  }

  private enum Phase {
    /// Goes to both others.
    case open
    /// No more calls come; those that are there go on as before. Goes to ``closed``.
    case draining
    /// Goes nowhere.
    case closed
  }

  private struct Member {
    let endpoint: Endpoint
    var state = EndpointState.waiting
    var backoff: Backoff
    /// How many attempts have begun.
    var attempts = 0
    var hasFailed = false
    /// How many calls its connection has.
    var load = 0

    var link: Link? {
      if case .connected(let link) = state { link } else { nil }
    }
  }

  /// One connection of one endpoint.
  struct LinkID: Sendable, Hashable {
    let endpoint: Int
    let attempt: Int
  }

  /// Where a call goes.
  enum Route {
    /// To this connection, which counts it until ``PoolState/left(_:)``.
    case link(LinkID, Link)
    /// It waits for a connection that has room, under this number.
    case waits(UInt64)
    case nowhere(RPCError)
  }

  private var phase = Phase.open
  private var members: [Member]
  /// Whose turn it is.
  private var turn = 0
  private var waiting = ExpiringCalls<Call>()
  private var nextNumber: UInt64 = 0
  /// Whoever waits has this number or a later one.
  private var firstNumber: UInt64 = 0
  private let maximumInFlight: Int
  /// How many calls have been admitted and are not completed.
  private(set) var calls = 0
  /// Why there is no connection.
  private(set) var failure: RPCError

  /// - Parameters:
  ///   - endpoints: At least one.
  ///   - policy: When to try again.
  ///   - maximumInFlight: How many calls a connection may have; without any, as many wait that may be refused instead.
  init(_ endpoints: [Endpoint], _ policy: ReconnectPolicy, maximumInFlight: Int) {
    self.members = endpoints.map { Member(endpoint: $0, backoff: Backoff(policy)) }
    self.maximumInFlight = max(1, maximumInFlight)
    self.failure = .connectFailed(endpoints.first, reason: "there has been no connection yet")
  }

  var indices: Range<Int> { members.indices }
  var earliestDeadline: NIODeadline? { waiting.earliestDeadline }
  var isConnected: Bool { members.contains { $0.link != nil } }
  /// Whether each endpoint has failed at least once.
  var hasFailedEverywhere: Bool { members.allSatisfy(\.hasFailed) }
  var isDrained: Bool {
    switch phase {
    case .open: false
    case .draining: calls == 0
    case .closed: true
    }
  }

  // MARK: Connections

  /// An attempt to connect begins.
  ///
  /// - Returns: Where to, or nil when no connection is wanted any more.
  mutating func attemptBegins(
    _ index: Int,
    at now: NIODeadline,
    using generator: inout some RandomNumberGenerator
  ) -> Endpoint? {
    guard !isClosed else { return nil }
    members[index].state = .connecting
    members[index].attempts += 1
    members[index].backoff.attemptBegins(at: now, using: &generator)
    return members[index].endpoint
  }

  /// An attempt has failed.
  ///
  /// - Returns: When to begin the next one, or nil when none is wanted.
  mutating func attemptFailed(_ index: Int, with error: RPCError, at now: NIODeadline) -> NIODeadline? {
    guard !isClosed else { return nil }
    failure = error
    members[index].state = .waiting
    members[index].hasFailed = true
    return members[index].backoff.nextAttempt(at: now)
  }

  /// An attempt has succeeded.
  ///
  /// - Returns: The connection's name, and those of the calls that waited that go to it, or nil when no connection is
  ///   wanted any more.
  mutating func connected(_ index: Int, _ link: Link) -> (id: LinkID, calls: [Call])? {
    guard !isClosed else { return nil }
    members[index].state = .connected(link)
    members[index].load = 0
    var calls: [Call] = []
    while members[index].load < maximumInFlight, let call = takeFirstWaiting() {
      members[index].load += 1
      calls.append(call)
    }
    return (LinkID(endpoint: index, attempt: members[index].attempts), calls)
  }

  /// A connection has ended.
  ///
  /// - Returns: When to try again, or nil where that is known already, or not wanted.
  mutating func connectionEnded(_ id: LinkID, _ error: RPCError, at now: NIODeadline) -> NIODeadline? {
    let index = id.endpoint
    guard !isClosed, members[index].attempts == id.attempt, case .connected = members[index].state
    else { return nil }
    failure = .connectFailed(members[index].endpoint, reason: error.description)
    members[index].state = .waiting
    members[index].backoff.connectionEnded(at: now)
    return members[index].backoff.nextAttempt(at: now)
  }

  // MARK: Calls

  /// A caller comes with a call.
  ///
  /// - Throws: ``RPCError/shutdown`` when no more calls come.
  mutating func admit() throws(RPCError) {
    guard case .open = phase else { throw .shutdown }
    calls += 1
  }

  /// A call that was admitted is completed.
  mutating func completed() {
    calls -= 1
  }

  /// Says where a call goes.
  ///
  /// - Parameters:
  ///   - call: Who waits if no connection has room.
  ///   - deadline: Until when.
  ///   - waits: Whether it waits while too many calls are in flight. Otherwise it is refused.
  /// - Returns: Where it goes.
  mutating func route(_ call: Call, deadline: NIODeadline, waits: Bool) -> Route {
    guard !isClosed else { return .nowhere(.shutdown) }
    if let (id, link) = takeRoom() { return .link(id, link) }
    guard waits || !isConnected && waiting.count < maximumInFlight else { return .nowhere(.tooManyCalls) }
    defer { nextNumber += 1 }
    waiting.insert(call, nextNumber, deadline: deadline)
    return .waits(nextNumber)
  }

  /// A call has left its connection, which has room for the first one that waits.
  ///
  /// - Returns: That call and the connection that counts it now, or nil when there is none.
  mutating func left(_ id: LinkID) -> (call: Call, link: Link)? {
    // A connection that has been lost has taken its calls with it.
    guard members[id.endpoint].attempts == id.attempt, let link = members[id.endpoint].link else {
      return nil
    }
    if let call = takeFirstWaiting() { return (call, link) }
    members[id.endpoint].load -= 1
    return nil
  }

  /// A call that waits is given up.
  mutating func remove(_ number: UInt64) {
    _ = waiting.remove(number)
  }

  /// Removes the calls that have waited as long as they may.
  mutating func removeExpired(at now: NIODeadline) -> [Call] {
    waiting.removeExpired(at: now).map(\.call)
  }

  /// Counts a call on the connection whose turn it is, or on the next one that has room.
  ///
  /// The next call begins with the one behind it.
  private mutating func takeRoom() -> (id: LinkID, link: Link)? {
    for offset in members.indices {
      let index = (turn + offset) % members.count
      guard let link = members[index].link, members[index].load < maximumInFlight else { continue }
      members[index].load += 1
      turn = index + 1
      return (LinkID(endpoint: index, attempt: members[index].attempts), link)
    }
    return nil
  }

  /// Removes the call that has waited longest.
  private mutating func takeFirstWaiting() -> Call? {
    while firstNumber < nextNumber {
      defer { firstNumber += 1 }
      if let call = waiting.remove(firstNumber) { return call }
    }
    return nil
  }

  // MARK: End

  var isClosed: Bool {
    if case .closed = phase { true } else { false }
  }

  /// Admits no more calls.
  mutating func drain() {
    if case .open = phase { phase = .draining }
  }

  /// Wants no connection and no call any more.
  ///
  /// - Returns: What there is of both.
  mutating func close() -> (links: [Link], calls: [Call]) {
    phase = .closed
    let links = members.compactMap(\.link)
    for index in members.indices { members[index].state = .waiting }
    return (links, waiting.removeAll().map(\.call))
  }
}

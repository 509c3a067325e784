import NIOCore

/// Which endpoints of a client are connected, whose turn it is, and which calls wait for a connection.
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
  }

  /// One connection of one endpoint.
  struct LinkID: Sendable, Hashable {
    let endpoint: Int
    let attempt: Int
  }

  /// Where a call goes.
  enum Route {
    /// To one of these connections, the first that has room.
    case links([(id: LinkID, link: Link)])
    /// It waits for a connection, under this number.
    case waits(UInt64)
    case nowhere(RPCError)
  }

  private var phase = Phase.open
  private var members: [Member]
  /// Whose turn it is.
  private var turn = 0
  private var waiting = ExpiringCalls<Call>()
  private var nextNumber: UInt64 = 0
  private let maximumWaiting: Int
  /// How many calls have been admitted and are not completed.
  private(set) var calls = 0
  /// Why there is no connection.
  private(set) var failure: RPCError

  /// - Parameters:
  ///   - endpoints: At least one.
  ///   - policy: When to try again.
  ///   - maximumWaiting: How many calls may wait for a connection that may be refused instead.
  init(_ endpoints: [Endpoint], _ policy: ReconnectPolicy, maximumWaiting: Int) {
    self.members = endpoints.map { Member(endpoint: $0, backoff: Backoff(policy)) }
    self.maximumWaiting = maximumWaiting
    self.failure = .connectFailed(endpoints.first, reason: "there has been no connection yet")
  }

  var indices: Range<Int> { members.indices }
  var earliestDeadline: NIODeadline? { waiting.earliestDeadline }
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
  /// - Returns: The connection's name, and the calls that waited for one, or nil when no connection is wanted any more.
  mutating func connected(_ index: Int, _ link: Link) -> (id: LinkID, calls: [Call])? {
    guard !isClosed else { return nil }
    members[index].state = .connected(link)
    let id = LinkID(endpoint: index, attempt: members[index].attempts)
    return (id, waiting.removeAll().map(\.call))
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
  ///   - call: Who waits if there is no connection.
  ///   - deadline: Until when.
  ///   - waits: Whether it waits however many others do.
  /// - Returns: Where it goes.
  mutating func route(_ call: Call, deadline: NIODeadline, waits: Bool) -> Route {
    guard !isClosed else { return .nowhere(.shutdown) }
    let links = linksInTurn()
    guard links.isEmpty else { return .links(links) }
    guard waits || waiting.count < maximumWaiting else { return .nowhere(.tooManyCalls) }
    defer { nextNumber += 1 }
    waiting.insert(call, nextNumber, deadline: deadline)
    return .waits(nextNumber)
  }

  /// A call that waits is given up.
  mutating func remove(_ number: UInt64) {
    _ = waiting.remove(number)
  }

  /// Removes the calls that have waited as long as they may.
  mutating func removeExpired(at now: NIODeadline) -> [Call] {
    waiting.removeExpired(at: now).map(\.call)
  }

  /// The connections, beginning with the one whose turn it is; the next call begins with the one behind it.
  private mutating func linksInTurn() -> [(id: LinkID, link: Link)] {
    var links: [(LinkID, Link)] = []
    let first = turn
    for offset in members.indices {
      let index = (first + offset) % members.count
      guard case .connected(let link) = members[index].state else { continue }
      if links.isEmpty { turn = index + 1 }
      links.append((LinkID(endpoint: index, attempt: members[index].attempts), link))
    }
    return links
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
    let links = linksInTurn().map(\.link)
    for index in members.indices { members[index].state = .waiting }
    return (links, waiting.removeAll().map(\.call))
  }
}

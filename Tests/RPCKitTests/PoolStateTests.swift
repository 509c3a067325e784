import NIOCore
import Testing

@testable import RPCKit

@Suite(.timeLimit(.minutes(1)))
struct PoolStateTests {
  private typealias Pool = PoolState<String, Int>

  private let start = NIODeadline.now()
  private let lost = RPCError.connectionLost(reason: "unexpected EOF")

  private func pool(_ names: String..., maximumInFlight: Int = 2) -> Pool {
    Pool(names.map { .unix($0) }, ReconnectPolicy(jitter: 0), maximumInFlight: maximumInFlight)
  }

  @Test func `calls take turns`() {
    var pool = pool("a", "b", "c")
    for index in pool.indices { _ = pool.connect(index) }

    let routes = (0..<4).map { pool.route($0).link }

    #expect(routes == ["a", "b", "c", "a"])
  }

  @Test func `an endpoint without a connection is passed over until it is back`() throws {
    var pool = pool("a", "b", "c", maximumInFlight: 10)
    let ids = pool.indices.compactMap { pool.connect($0)?.id }

    _ = pool.connectionEnded(ids[1], lost, at: start)
    let without = (0..<4).map { pool.route($0).link }
    _ = pool.connect(1)
    let with = (0..<3).map { pool.route($0).link }

    #expect(without == ["a", "c", "a", "c"])
    #expect(Set(with) == ["a", "b", "c"])
  }

  @Test func `without any connection calls wait, and get the first that comes`() throws {
    var pool = pool("a", "b")

    let routes = (0..<2).map { pool.route($0) }
    let arrival = pool.connect(1)
    let later = pool.route(2)

    // It has as many as it may.
    #expect(routes.map(\.number) == [0, 1])
    #expect(arrival?.calls == [0, 1])
    #expect(later.link == nil)
  }

  @Test func `a call that must not wait is refused when many do`() {
    var pool = pool("a", maximumInFlight: 2)
    for call in 0..<2 { _ = pool.route(call, waits: false) }

    let refused = pool.route(2, waits: false)
    let patient = pool.route(3, waits: true)

    #expect(refused.error.isTooManyCalls)
    #expect(patient.number == 2)
  }

  @Test func `where every connection has as many calls as it may, those that come wait or are refused`() {
    var pool = pool("a", "b", maximumInFlight: 1)
    for index in pool.indices { _ = pool.connect(index) }
    let links = (0..<2).map { pool.route($0).link }

    let patient = pool.route(2, waits: true)
    let refused = pool.route(3, waits: false)

    #expect(links == ["a", "b"])
    #expect(patient.number == 0)
    #expect(refused.error.isTooManyCalls)
  }

  @Test func `a connection that a call has left gets the call that has waited longest`() throws {
    var pool = pool("a", "b", maximumInFlight: 1)
    for index in pool.indices { _ = pool.connect(index) }
    let ids = (0..<2).compactMap { pool.route($0).id }
    for call in 2..<5 { _ = pool.route(call) }
    pool.remove(0)

    // Nothing ever leaves the other one.
    let next = (0..<3).map { _ in pool.left(ids[1])?.call }
    let later = pool.route(5).link

    #expect(next == [3, 4, nil])
    #expect(later == "b")
  }

  @Test func `a connection that was lost has no room, whoever leaves it`() throws {
    var pool = pool("a", maximumInFlight: 1)
    _ = pool.connect(0)
    let routed = pool.route(0).id
    let id = try #require(routed)
    _ = pool.connectionEnded(id, lost, at: start)
    _ = pool.connect(0)
    _ = pool.route(1)

    let next = pool.left(id)
    let later = pool.route(2).number

    #expect(next == nil)
    #expect(later == 0)
  }

  @Test func `a connection gets no more of those that wait than it may have`() {
    var pool = pool("a", maximumInFlight: 2)
    for call in 0..<3 { _ = pool.route(call) }

    let arrival = pool.connect(0)
    let next = arrival.flatMap { pool.left($0.id) }?.call

    #expect(arrival?.calls == [0, 1])
    #expect(next == 2)
  }

  @Test func `calls that have waited long enough come out, and those that are given up do not`() {
    var pool = pool("a", maximumInFlight: 10)
    for call in 0..<4 {
      _ = pool.route(call, deadline: start + .seconds(Int64(call)), waits: true)
    }

    pool.remove(1)
    let expired = pool.removeExpired(at: start + .seconds(2))

    let rest = pool.connect(0)?.calls
    #expect(expired == [0, 2])
    #expect(rest == [3])
  }

  @Test func `a failed attempt says why there is no connection, and when the next one is due`() {
    var pool = pool("a", "b")
    let refused = RPCError.connectFailed(.unix("a"), reason: "Connection refused")
    _ = pool.begin(0, at: start)

    let next = pool.attemptFailed(0, with: refused, at: start + .milliseconds(5))

    #expect(next == start + .seconds(1))
    #expect(pool.failure.description == "cannot connect to unix://a: Connection refused")
    #expect(!pool.hasFailedEverywhere)
  }

  @Test func `what ended a connection is why there is none`() throws {
    var pool = pool("a")
    let connected = pool.connect(0)
    let id = try #require(connected?.id)

    _ = pool.connectionEnded(id, lost, at: start)

    #expect(pool.failure.description == "cannot connect to unix://a: connection lost: unexpected EOF")
  }

  @Test func `the end of a connection counts once, and never for the one behind it`() throws {
    var pool = pool("a")
    let connected = pool.connect(0, at: start)
    let first = try #require(connected?.id)

    let next = pool.connectionEnded(first, lost, at: start + .seconds(10))
    let again = pool.connectionEnded(first, lost, at: start + .seconds(11))
    _ = pool.connect(0, at: start + .seconds(12))
    let late = pool.connectionEnded(first, lost, at: start + .seconds(13))

    #expect(next == start + .seconds(10))
    #expect(again == nil)
    let link = pool.route(0).link
    #expect(late == nil)
    #expect(link == "a")
  }

  @Test func `all have failed when each has, whatever some did later`() {
    var pool = pool("a", "b")
    for index in pool.indices {
      _ = pool.begin(index, at: start)
      _ = pool.attemptFailed(index, with: lost, at: start)
    }

    #expect(pool.hasFailedEverywhere)
  }

  @Test func `a pool that drains takes no more calls, and is drained when the last is completed`() throws {
    var pool = pool("a")
    _ = pool.connect(0)
    for _ in 0..<2 { try pool.admit() }

    pool.drain()
    let refused = Result { () throws(RPCError) in try pool.admit() }
    let sentAgain = pool.route(1).link
    pool.completed()
    let early = pool.isDrained
    pool.completed()

    #expect(refused.error.isShutdown)
    #expect(sentAgain == "a")
    #expect(!early)
    #expect(pool.isDrained)
  }

  @Test func `a pool that is closed gives everything back, and wants nothing more`() throws {
    var pool = pool("a", "b")
    _ = pool.route(7)
    _ = pool.begin(0, at: start)
    _ = pool.route(8)
    let early = pool.close()
    let arrival = pool.connected(0, "a")
    let begins = pool.begin(1, at: start)
    let next = pool.attemptFailed(1, with: lost, at: start)
    let route = pool.route(9)
    let refused = Result { () throws(RPCError) in try pool.admit() }

    #expect(early.links.isEmpty)
    #expect(early.calls == [7, 8])
    #expect(arrival == nil)
    #expect(begins == nil)
    #expect(next == nil)
    #expect(route.error.isShutdown)
    #expect(refused.error.isShutdown)
  }

  @Test func `a pool that is closed gives back its connections`() {
    var pool = pool("a", "b")
    for index in pool.indices { _ = pool.connect(index) }

    let links = pool.close().links
    let again = pool.close().links

    #expect(Set(links) == ["a", "b"])
    #expect(again.isEmpty)
  }
}

extension PoolState<String, Int> {
  fileprivate mutating func begin(_ index: Int, at now: NIODeadline) -> Endpoint? {
    var generator = SeededGenerator(1)
    return attemptBegins(index, at: now, using: &generator)
  }

  /// Connects an endpoint; the connection has the endpoint's name.
  fileprivate mutating func connect(_ index: Int, at now: NIODeadline = .now()) -> (id: LinkID, calls: [Int])?
  {
    guard case .unix(let name) = begin(index, at: now) else { return nil }
    return connected(index, name)
  }

  fileprivate mutating func route(_ call: Int, waits: Bool = true) -> Route {
    route(call, deadline: .now() + .seconds(60), waits: waits)
  }
}

extension PoolState<String, Int>.Route {
  fileprivate var id: PoolState<String, Int>.LinkID? {
    if case .link(let id, _) = self { id } else { nil }
  }

  fileprivate var link: String? {
    if case .link(_, let link) = self { link } else { nil }
  }

  fileprivate var number: UInt64? {
    if case .waits(let number) = self { number } else { nil }
  }

  fileprivate var error: RPCError? {
    if case .nowhere(let error) = self { error } else { nil }
  }
}

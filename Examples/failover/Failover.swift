import ArgumentParser
import Codecs
import Foundation
import RPCKit

/// Kills one of three servers under load, starts it again, and counts what the callers noticed.
@main
struct Failover: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "failover",
    abstract:
      "Kill one of three arith-servers with -9 under load, and count the idempotent calls that are lost."
  )

  @Option(help: "What stands before the servers: haproxy, or endpoints for the client's own list of them.")
  var through = Front.haproxy

  @Option(help: "How long the load lasts, in seconds. A third each before, during and after the outage.")
  var seconds = 6.0

  @Option(help: "How many calls are under way at a time.")
  var callers = 48

  @Option(help: "How many clients the callers share. Through HAProxy, each has one connection.")
  var clients = 6

  @Option(help: "HAProxy's program.")
  var haproxy = "/usr/sbin/haproxy"

  func run() async throws {
    var servers = try await ServerGroup(count: 3)
    let endpoints =
      switch through {
      case .haproxy: [try await servers.startHAProxy(URL(filePath: haproxy))]
      case .endpoints: servers.endpoints
      }
    let load = try await Load(endpoints, clients: clients)
    print("3 servers through \(through.rawValue), \(clients) clients, \(callers) callers")

    let third = Duration.seconds(seconds / 3)
    async let report = load.run(callers: callers, phases: Array(repeating: third, count: 3))
    try await Task.sleep(for: third)
    servers.kill(1)
    print("killed \(servers.endpoints[1]) with -9")
    try await Task.sleep(for: third)
    try await servers.restart(1)
    print("started it again")

    let result = try await report
    result.print()
    servers.stop()
    guard result.lost == 0, result.wrong == 0 else { throw ExitCode.failure }
  }
}

/// What stands between the clients and the servers.
enum Front: String, ExpressibleByArgument {
  case haproxy
  case endpoints
}

import RPCKit
import Workload

/// Makes a fixed number of calls and ends, so that what a call costs can be counted from outside: run it with N and
/// with 2 N calls, and the beginning and the end of the program cancel out.
///
///     bench-count SCENARIO CALLS
///     bench-count            prints the scenarios
@main
struct BenchCount {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    guard let name = arguments.first, let calls = arguments.last.flatMap({ Int($0) }) else {
      return scenarios.forEach { print($0.name) }
    }
    guard let scenario = scenarios.first(where: { $0.name == name }) else {
      throw Failure("no scenario \(name)")
    }
    try scenario.run(calls)
  }

  private struct Scenario {
    let name: String
    let run: (_ calls: Int) throws -> Void

    init(_ name: String, _ run: @escaping (_ calls: Int) throws -> Void) {
      self.name = name
      self.run = run
    }
  }

  private static var scenarios: [Scenario] {
    Engine.allCases.flatMap { engine in
      [
        Scenario("server \(engine) loop") { try ServedCalls(engine, .eventLoop, depth: 64).run($0) },
        Scenario("server \(engine) tasks") { try ServedCalls(engine, .concurrent, depth: 64).run($0) },
        Scenario("client \(engine) 1 caller") { try ClientCalls(engine, callers: 1).run($0) },
        Scenario("client \(engine) 64 callers") { try ClientCalls(engine, callers: 64).run($0) },
      ]
    } + [
      Scenario("scanner 1 record") { try ScannedMessages(records: 1).run($0) },
      Scenario("scanner 280 records") { try ScannedMessages(records: 280).run($0) },
    ]
  }
}

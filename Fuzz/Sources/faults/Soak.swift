import Foundation

/// R25: a client for each engine, with eight connections each, calls a server for as long as is asked, and disconnects
/// in between.
///
/// The server serves its connections by each engine in turn.
enum Soak {
  /// What is measured every few seconds.
  private struct Sample {
    var time: Double
    var memory: Int
    var descriptors: Int
  }

  /// Runs it and prints what came of it.
  ///
  /// - Returns: Whether nothing grew and nothing was wrong.
  static func run(minutes: Double) async throws -> Bool {
    let server = try ServerProcess(Engine(name: "alternating"))
    let descriptorsBefore = try await server.warmUp()
    let clients = try Engine.all.map {
      try ChildProcess(nil, ["soak-client", "engine=\($0.name)", "port=\(server.port)"])
    }
    print("R25: \(minutes) minutes, \(clients.count) clients with \(SoakClient.connections) connections each")
    let start = ContinuousClock.now
    var samples: [Sample] = []
    while ContinuousClock.now - start < .seconds(minutes * 60) {
      try await Task.sleep(for: .seconds(5))
      let sample = Sample(
        time: (ContinuousClock.now - start).seconds,
        memory: server.figures.memory,
        descriptors: server.figures.descriptors
      )
      samples.append(sample)
      if samples.count % 12 == 0 {
        print("  \(Int(sample.time)) s: \(sample.memory.mebibytes), \(sample.descriptors) descriptors")
        fflush(nil)
      }
    }
    var totals = SoakClient.Totals()
    for client in clients {
      client.closeInput()
      let line = client.readLine() ?? ""
      guard let own = try? JSONDecoder().decode(SoakClient.Totals.self, from: Data(line.utf8)) else {
        print("  a client died: \(line) \(client.log)")
        return false
      }
      totals.add(own)
    }
    let areBack = try await soon { server.figures.descriptors == descriptorsBefore }
    return report(samples, totals, areBack: areBack, minutes: minutes)
  }

  private static func report(
    _ samples: [Sample],
    _ totals: SoakClient.Totals,
    areBack: Bool,
    minutes: Double
  ) -> Bool {
    // The first fifth is for warming up.
    let steady = Array(samples.dropFirst(samples.count / 5))
    let slope = slope(of: steady) * 3600 / 1_048_576
    let memory = steady.map(\.memory)
    let descriptors = steady.map(\.descriptors)
    print("  calls \(totals.calls), wrong answers \(totals.wrong), disconnects \(totals.disconnects)")
    print("  calls that a disconnect of their own client ended: \(totals.cut)")
    print("  memory after warming up: \((memory.min() ?? 0).mebibytes) to \((memory.max() ?? 0).mebibytes)")
    print(String(format: "  slope: %.2f MiB/h", slope))
    print(
      "  descriptors: \(descriptors.min() ?? 0) to \(descriptors.max() ?? 0), in the end as before: \(areBack)"
    )
    // A mebibyte an hour, beside four that come and go with what is in flight at the moment.
    let isFlat = slope * minutes / 60 < minutes / 60 + 4
    let passes = isFlat && areBack && totals.wrong == 0 && totals.calls > 0
    print(passes ? "  PASS" : "  FAIL")
    return passes
  }

  /// The slope of the line that fits the memory best, in bytes per second.
  private static func slope(of samples: [Sample]) -> Double {
    let count = Double(samples.count)
    let meanTime = samples.reduce(0) { $0 + $1.time } / count
    let meanMemory = samples.reduce(0) { $0 + Double($1.memory) } / count
    let covariance = samples.reduce(0) { $0 + ($1.time - meanTime) * (Double($1.memory) - meanMemory) }
    let variance = samples.reduce(0) { $0 + ($1.time - meanTime) * ($1.time - meanTime) }
    return variance > 0 ? covariance / variance : 0
  }
}

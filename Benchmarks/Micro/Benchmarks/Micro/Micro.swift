import Benchmark
import Codecs
import NIOCore
import RPCKit
import Workload

/// The large bodies to read and write: their names, and how many records they have.
private let bodies = [("8 KB", 280), ("1 MB", 33_000)]

let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock, megabytesPerSecond],
    timeUnits: .nanoseconds,
    warmupIterations: 3,
    maxDuration: .seconds(1),
    maxIterations: 10_000
  )
  measureScanner()
  for engine in Engine.allCases {
    measureCoder(of: engine)
    measureCalls(of: engine)
  }
}

private let megabytesPerSecond = BenchmarkMetric.custom(
  "MB/s",
  polarity: .prefersLarger,
  useScalingFactor: false
)

/// Measures a closure that does something so many times with so many bytes: small ones a thousand times at once.
private func measure(_ name: String, bytes: Int, _ body: @escaping (_ times: Int) throws -> Void) {
  var configuration = Benchmark.defaultConfiguration
  configuration.scalingFactor = bytes < 1000 ? .kilo : .one
  Benchmark(name, configuration: configuration) { benchmark in
    let times = benchmark.scaledIterations.count
    let start = ContinuousClock.now
    try body(times)
    let took = (ContinuousClock.now - start) / .microseconds(1)
    benchmark.measurement(megabytesPerSecond, Int(Double(bytes * times) / max(took, 0.001)))
  }
}

private func measureScanner() {
  for (name, records) in [("small", 1)] + bodies {
    let messages = ScannedMessages(records: records)
    measure("scanner, \(name)", bytes: messages.bytes, messages.run)
  }
}

private func measureCoder(of engine: Engine) {
  measureCoder(of: engine, "small", Args(A: 123, B: 8))
  for (name, records) in bodies {
    measureCoder(of: engine, name, (0..<records).map { Item($0) })
  }
}

private func measureCoder<Value: Codable>(of engine: Engine, _ name: String, _ value: Value) {
  let coder = engine.codec.coder
  guard let encoded = try? Body(encoding: value, coder: coder) else { return }
  measure("\(engine), decode \(name)", bytes: encoded.bytes.readableBytes) { times in
    for _ in 0..<times { blackHole(try coder.decode(encoded.bytes, as: Value.self)) }
  }
  measure("\(engine), encode \(name)", bytes: encoded.bytes.readableBytes) { times in
    var output = ByteBuffer()
    for _ in 0..<times {
      output.clear()
      try coder.encode(value, into: &output)
    }
    blackHole(output)
  }
}

/// Small calls through a connection inside the process, 64 at once and one at a time.
private func measureCalls(of engine: Engine) {
  var configuration = Benchmark.defaultConfiguration
  configuration.metrics = [.wallClock]
  configuration.scalingFactor = .kilo
  for inFlight in [1, 64] {
    for execution in [MethodExecution.eventLoop, .concurrent] {
      Benchmark(
        "\(engine), server, \(execution), \(inFlight) in flight",
        configuration: configuration
      ) {
        (benchmark, calls: ServedCalls) in
        try calls.run(benchmark.scaledIterations.count)
      } setup: {
        try ServedCalls(engine, execution, depth: inFlight)
      }
    }
    Benchmark("\(engine), client, \(inFlight) callers", configuration: configuration) {
      (benchmark, calls: ClientCalls) in
      try calls.run(benchmark.scaledIterations.count)
    } setup: {
      try ClientCalls(engine, callers: inFlight)
    }
  }
}

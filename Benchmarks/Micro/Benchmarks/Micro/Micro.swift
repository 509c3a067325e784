import Benchmark
import Codecs
import NIOCore
import RPCKit
import Workload

/// The bodies to read and write: their names, their records, and how often each is measured at once.
private let bodies: [(name: String, records: Int, scale: BenchmarkScalingFactor)] = [
  ("8 KB", 280, .one), ("1 MB", 33_000, .one),
]

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

/// Measures a closure that does something so many times with so many bytes.
private func measure(
  _ name: String,
  bytes: Int,
  scale: BenchmarkScalingFactor,
  _ body: @escaping (_ times: Int) throws -> Void
) {
  var configuration = Benchmark.defaultConfiguration
  configuration.scalingFactor = scale
  Benchmark(name, configuration: configuration) { benchmark in
    let times = scale.rawValue
    let start = ContinuousClock.now
    try body(times)
    let took = (ContinuousClock.now - start) / .microseconds(1)
    benchmark.measurement(megabytesPerSecond, Int(Double(bytes * times) / max(took, 0.001)))
  }
}

private func measureScanner() {
  for (name, records, scale) in [("small", 1, .kilo)] + bodies {
    let messages = ScannedMessages(records: records)
    measure("scanner, \(name)", bytes: messages.bytes, scale: scale, messages.run)
  }
}

private func measureCoder(of engine: Engine) {
  measureCoder(of: engine, "small", Args(A: 123, B: 8), scale: .kilo)
  for (name, records, scale) in bodies {
    measureCoder(of: engine, name, (0..<records).map { Item($0) }, scale: scale)
  }
}

private func measureCoder<Value: Codable>(
  of engine: Engine,
  _ name: String,
  _ value: Value,
  scale: BenchmarkScalingFactor
) {
  let coder = engine.codec.coder
  guard let encoded = try? Body(encoding: value, coder: coder) else { return }
  measure("\(engine), decode \(name)", bytes: encoded.bytes.readableBytes, scale: scale) { times in
    for _ in 0..<times { blackHole(try coder.decode(encoded.bytes, as: Value.self)) }
  }
  measure("\(engine), encode \(name)", bytes: encoded.bytes.readableBytes, scale: scale) { times in
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
      Benchmark("\(engine), server, \(execution), \(inFlight) in flight", configuration: configuration) {
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

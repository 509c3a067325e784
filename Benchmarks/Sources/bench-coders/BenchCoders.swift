public import ArgumentParser
import NIOCore
import RPCKit
public import Workload

extension Engine: ExpressibleByArgument {}

/// Measures one engine's coder, and nothing around it: one round of `make bench SUITES=coders`.
///
/// Prints a line for each work: its name, the body's bytes, and the nanoseconds that one operation takes, in the best of
/// a few batches.
@main
struct BenchCoders: ParsableCommand {
  @Argument var engine: Engine
  @Option(help: "how long a batch takes, in milliseconds") var milliseconds = 20.0
  @Option(help: "how many batches there are") var batches = 5
  @Option(help: "the only work, for a profiler, such as decode-8K") var only: String?
  @Option(help: "how often that is done, for who counts instructions") var operations: Int?

  func run() throws {
    try measure(Args(A: 123, B: 8), as: "small")
    try measure((0..<280).map { Item($0) }, as: "8K")
    try measure((0..<33_000).map { Item($0) }, as: "1M")
  }

  private func measure<Value: Codable>(_ value: @autoclosure () -> Value, as name: String) throws {
    if let only, !only.hasSuffix("-" + name) { return }
    let value = value()
    let coder = engine.codec.coder
    var output = ByteBuffer()
    try coder.encode(value, into: &output)
    let body = output
    try measure("decode-\(name)", body.readableBytes) { _ = try coder.decode(body, as: Value.self) }
    try measure("encode-\(name)", body.readableBytes) {
      output.clear()
      try coder.encode(value, into: &output)
    }
  }

  private func measure(_ name: String, _ bytes: Int, _ operation: () throws -> Void) throws {
    if let only, only != name { return }
    if let operations {
      for _ in 0..<operations { try operation() }
      return
    }
    let clock = ContinuousClock()
    var operations = 1
    var best = Double.infinity
    var rest = batches
    while rest > 0 {
      let took = try clock.measure { for _ in 0..<operations { try operation() } } / .milliseconds(1)
      if took < milliseconds / 2 {
        operations *= 2
      } else {
        best = min(best, took * 1e6 / Double(operations))
        rest -= 1
      }
    }
    print(name, bytes, best)
  }
}

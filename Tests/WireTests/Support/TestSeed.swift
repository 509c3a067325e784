import Foundation

/// Where a test's random numbers begin.
enum TestSeed {
  /// A new seed, or the one that `RPCKIT_SEED` names, which is printed so that a failure can be had again.
  static func next(_ test: String, _ engine: Engine) -> UInt64 {
    let given = ProcessInfo.processInfo.environment["RPCKIT_SEED"].flatMap { UInt64($0) }
    let seed = given ?? UInt64.random(in: .min ... .max)
    print("seed of \(test), \(engine.name): RPCKIT_SEED=\(seed)")
    return seed
  }
}

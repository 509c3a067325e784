import RPCKit
import Synchronization

struct Args: Codable, Sendable, Hashable {
  var A: Int
  var B: Int
}

struct Sum: Codable, Sendable, Hashable {
  var C: Int
}

/// The service of Go's documentation.
struct Arith: RPCService {
  static let methods = [RPCMethod("Add", add), RPCMethod("Multiply", multiply), RPCMethod("Divide", divide)]

  func add(_ args: Args) -> Sum { Sum(C: args.A + args.B) }
  func multiply(_ args: Args) -> Int { args.A * args.B }
  func divide(_ args: Args) throws -> Int {
    guard args.B != 0 else { throw ServerError("divide by zero") }
    return args.A / args.B
  }
}

/// Whatever else there is to be said on the wire.
struct Misc: RPCService {
  static let methods = [
    RPCMethod("Echo", echo), RPCMethod("Ints", ints), RPCMethod("Value", value),
    RPCMethod("Length", length), RPCMethod("Text", text), RPCMethod("Fail", fail),
    RPCMethod("List", list), RPCMethod("Map", map), RPCMethod("Nothing", nothing),
    RPCMethod("Null", null), RPCMethod("Accept", accept), RPCMethod("Largest", largest),
    RPCMethod("NaN", notANumber), RPCMethod("Deep", deep), RPCMethod("Stubborn", stubborn),
    RPCMethod("Count", count),
  ]

  let counter: Counter

  func echo(_ text: String) -> String { text }
  func ints(_ numbers: [Int]) -> [Int] { numbers }
  func value(_ value: JSONValue) -> JSONValue { value }

  func length(_ text: String) -> Int { text.utf8.count }
  func text(_ length: Int) -> String { String(repeating: "x", count: length) }
  func fail(_ text: String) throws -> Int { throw ServerError(text) }

  func list(_: Empty) -> [Int] { [] }
  func map(_: Empty) -> [String: Int] { [:] }
  func nothing(_: Empty) -> Empty { Empty() }
  func null(_: Empty) -> Int? { nil }
  func accept(_ number: Int?) -> Bool { number == nil }
  func largest(_: Empty) -> UInt64 { .max }

  func notANumber(_: Empty) -> Double { .nan }
  func deep(_ levels: Int) -> JSONValue { (0..<levels).reduce(.null) { value, _ in .array([value]) } }
  func stubborn(_: Empty) -> Unencodable { Unencodable() }

  func count(_: Empty) -> Int { counter.increment() }
}

/// A value whose own code refuses to encode it.
struct Unencodable: Encodable, Sendable {
  struct Refusal: Error, CustomStringConvertible {
    var description: String { "it would rather not" }
  }

  func encode(to encoder: any Encoder) throws { throw Refusal() }
}

/// Counts how often something really ran.
final class Counter: Sendable {
  private let number = Mutex(0)

  var value: Int { number.withLock { $0 } }

  @discardableResult
  func increment() -> Int {
    number.withLock { number in
      number += 1
      return number
    }
  }
}

/// Calls that last until another call ends them, so that a test decides in which order calls are answered.
actor Gate: RPCService {
  static let methods: [RPCMethod<Gate>] = [
    RPCMethod("Wait") { (gate: Gate, name: String) in await gate.wait(at: name) },
    RPCMethod("Open") { (gate: Gate, name: String) in await gate.open(name) },
  ]

  private var passages: [String: (stream: AsyncStream<Void>, continuation: AsyncStream<Void>.Continuation)] =
    [:]

  private func wait(at name: String) async -> String {
    for await _ in passage(name).stream { break }
    return name
  }

  private func open(_ name: String) -> String {
    passage(name).continuation.yield()
    return "open"
  }

  private func passage(
    _ name: String
  ) -> (stream: AsyncStream<Void>, continuation: AsyncStream<Void>.Continuation) {
    if let passage = passages[name] { return passage }
    let passage = AsyncStream.makeStream(of: Void.self)
    passages[name] = passage
    return passage
  }
}

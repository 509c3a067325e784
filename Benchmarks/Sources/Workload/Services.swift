public import RPCKit

/// The argument of `Arith.Multiply`: on the wire `{"A":7,"B":8}`.
public struct Args: Codable, Sendable {
  /// One factor.
  public var A: Int

  /// The other one.
  public var B: Int

  /// Makes an argument of its factors.
  public init(A: Int, B: Int) {
    self.A = A
    self.B = B
  }
}

/// The small call that every peer answers.
public struct Arith: RPCService {
  /// On the wire `Arith.Multiply`.
  public static let methods = [RPCMethod("Multiply", multiply)]

  /// Makes the service.
  public init() {}

  /// Multiplies; what overflows wraps around, as in Go.
  public func multiply(_ args: Args) -> Int { args.A &* args.B }
}

/// A record of about 30 bytes: on the wire `{"A":7,"B":"item 000007"}`.
public struct Item: Codable, Sendable {
  /// The record's number.
  public var A: Int

  /// The record's name.
  public var B: String

  /// Makes the record with a number, of which `loadgen` makes the same.
  public init(_ number: Int) {
    self.A = number
    let digits = String(number)
    self.B = "item " + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }
}

/// The large call that every peer answers: a batch of records comes back as it was sent.
public struct Echo: RPCService {
  /// On the wire `Echo.Batch`.
  public static let methods = [RPCMethod("Batch", batch)]

  /// Makes the service.
  public init() {}

  /// Returns what it is given.
  public func batch(_ items: [Item]) -> [Item] { items }
}

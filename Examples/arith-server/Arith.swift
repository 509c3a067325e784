import RPCKit

/// The two numbers, on the wire `{"A":7,"B":8}`.
struct Args: Codable, Sendable {
  var A: Int
  var B: Int
}

/// What `Divide` answers, on the wire `{"Quo":3,"Rem":1}`.
struct Quotient: Codable, Sendable {
  var Quo: Int
  var Rem: Int
}

/// The service of Go's documentation.
///
/// What does not fit an integer wraps around, as it does in Go: with `*` and `/` a peer could end the server.
struct Arith: RPCService {
  static let methods = [RPCMethod("Multiply", multiply), RPCMethod("Divide", divide)]

  func multiply(_ args: Args) -> Int {
    args.A &* args.B
  }

  func divide(_ args: Args) throws -> Quotient {
    guard args.B != 0 else { throw ServerError("divide by zero") }
    return Quotient(
      Quo: args.A.dividedReportingOverflow(by: args.B).partialValue,
      Rem: args.A.remainderReportingOverflow(dividingBy: args.B).partialValue
    )
  }
}

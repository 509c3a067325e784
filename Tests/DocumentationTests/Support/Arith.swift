import RPCKit

// The service of the articles, as they show it.

struct Args: Codable, Sendable { var A, B: Int }

struct Quotient: Codable, Sendable, Equatable { var Quo, Rem: Int }

struct Arith: RPCService {
  static let methods = [RPCMethod("Multiply", multiply), RPCMethod("Divide", divide)]

  func multiply(_ args: Args) -> Int { args.A &* args.B }

  func divide(_ args: Args) throws -> Quotient {
    guard args.B != 0 else { throw ServerError("divide by zero") }
    return Quotient(
      Quo: args.A.dividedReportingOverflow(by: args.B).partialValue,
      Rem: args.A.remainderReportingOverflow(dividingBy: args.B).partialValue
    )
  }
}

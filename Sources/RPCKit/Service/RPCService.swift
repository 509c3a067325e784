/// A value whose methods can be called by name over a connection.
///
/// Declare the methods once, and the compiler checks them:
///
/// ```swift
/// struct Arith: RPCService {
///   static let methods = [RPCMethod("Multiply", multiply), RPCMethod("Divide", divide)]
///
///   func multiply(_ args: Args) -> Int { args.A &* args.B }
///
///   func divide(_ args: Args) throws -> Quotient {
///     guard args.B != 0 else { throw ServerError("divide by zero") }
///     return Quotient(
///       Quo: args.A.dividedReportingOverflow(by: args.B).partialValue,
///       Rem: args.A.remainderReportingOverflow(dividingBy: args.B).partialValue
///     )
///   }
/// }
/// ```
///
/// Structs, final classes and actors can be services. Methods of one service run at the same time, so a class needs its own
/// protection, and an actor has it. ``ServerConfiguration/isOrdered`` is none: it orders the calls of each connection, and
/// those of two connections still run at the same time.
///
/// What traps ends the process: peers choose the arguments, so `*` is `&*` here.
///
/// It takes the place of Go's reflection over a receiver's exported methods.
public protocol RPCService: Sendable {
  /// The methods, in any order.
  ///
  /// Their names are unique, not empty, and have no dot; otherwise the service cannot be registered.
  static var methods: [RPCMethod<Self>] { get }

  /// Where the methods run that do not say it themselves. Nil, the default, leaves it to the server.
  static var execution: MethodExecution? { get }

  /// How long a call of the methods may take that do not say it themselves. Nil, the default, leaves it to the server.
  static var timeout: Duration? { get }
}

extension RPCService {
  /// Nil: the server decides.
  public static var execution: MethodExecution? { nil }

  /// Nil: the server decides.
  public static var timeout: Duration? { nil }
}

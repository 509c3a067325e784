import NIOCore
import Synchronization

/// A method as the registry keeps it: bound to its service, with the name it is called by and its count of calls.
///
/// The corresponding Go type is `methodType`.
final class RegisteredMethod: Sendable {
  let serviceMethod: String
  /// The names before and behind the last dot.
  let service: String
  let name: String
  let execution: MethodExecution?
  let timeout: Duration?
  let function: MethodFunction

  /// How often the function was called, also in vain.
  ///
  /// Requests that failed before that do not count.
  private let calls = Atomic<Int>(0)

  /// What has become of its calls, where somebody watches.
  let statistics = MethodStatistics()

  init(
    service: String,
    name: String,
    execution: MethodExecution?,
    timeout: Duration? = nil,
    function: MethodFunction
  ) {
    self.service = service
    self.name = name
    self.serviceMethod = service + "." + name
    self.execution = execution
    self.timeout = timeout
    self.function = function
  }

  /// Whether this is the method's full name, byte for byte.
  func hasName(_ name: String) -> Bool {
    WireName(serviceMethod) == WireName(name)
  }

  var numberOfCalls: Int { calls.load(ordering: .relaxed) }

  /// Go counts before the function runs: server.go, call().
  func countCall() {
    calls.wrappingAdd(1, ordering: .relaxed)
  }

  /// Decodes, calls and encodes, in the task that asks.
  ///
  /// - Parameters:
  ///   - body: The argument.
  ///   - context: What the method may know of the call.
  ///   - prepared: The call, where its argument has been decoded already.
  /// - Returns: The reply, or why there is none.
  func outcome(
    of body: Body,
    _ context: RPCContext,
    prepared: MethodFunction.PreparedCall? = nil
  ) async -> Result<Body, CallFailure> {
    do throws(CallFailure) {
      let call = if let prepared { prepared } else { try function.prepare(body) }
      countCall()
      return .success(try await call(context))
    } catch {
      return .failure(error)
    }
  }

  /// The same for a synchronous function, here and now.
  ///
  /// - Parameters:
  ///   - body: The argument.
  ///   - info: Whose call it is.
  ///   - function: The method's own.
  ///   - reply: Where the reply is encoded, which shares its memory.
  /// - Returns: The reply, or why there is none.
  func outcome(
    of body: Body,
    from info: ConnectionInfo,
    in function: MethodFunction.CallInPlace,
    into reply: inout ByteBuffer
  ) -> Result<Body, CallFailure> {
    let context = RPCContext(serviceMethod: serviceMethod, connection: info)
    do throws(CallFailure) {
      try function(body, context, &reply) { countCall() }
      return .success(Body(bytes: reply, coder: body.coder))
    } catch {
      return .failure(error)
    }
  }

  /// The same with interceptors around it, which see the bodies.
  func outcome(
    of body: Body,
    _ context: RPCContext,
    through interceptors: ArraySlice<ServerInterceptor>
  ) async -> Result<Body, CallFailure> {
    guard let first = interceptors.first else { return await outcome(of: body, context) }
    do {
      let reply = try await first(context, body) { body in
        let outcome = await self.outcome(of: body, context, through: interceptors.dropFirst())
        return try outcome.mapError { ServerError($0.text) }.get()
      }
      return .success(reply)
    } catch {
      return .failure(CallFailure(.method, error))
    }
  }
}

/// A closure around every call that a server runs: it may look at the call, refuse it, change it, time it.
///
/// Authorisation:
///
/// ```swift
/// configuration.interceptors = [
///   { context, argument, next in
///     guard mayCall(context.peer, context.serviceMethod) else { throw ServerError("not allowed") }
///     return try await next(argument)
///   }
/// ]
/// ```
///
/// The first of several is the outermost. Bodies pass through unread: decoding one is up to the closure. What it throws
/// reaches the caller as a method's error does; what the method threw is a ``ServerError`` here. It runs in the call's
/// task, where the method runs, and is cancelled with it. Requests for methods that do not exist do not come here.
///
/// - Parameters:
///   - context: What can be known of the call.
///   - argument: The argument, still encoded.
///   - next: Runs the rest: the other interceptors and the method.
/// - Returns: The reply, still encoded.
public typealias ServerInterceptor =
  @Sendable (
    _ context: RPCContext,
    _ argument: Body,
    _ next: @Sendable (Body) async throws -> Body
  ) async throws -> Body

/// A closure around every call that a client makes.
///
/// Timing:
///
/// ```swift
/// configuration.interceptors = [
///   { serviceMethod, argument, next in
///     let start = ContinuousClock.now
///     defer { logger.info("\(serviceMethod) took \(ContinuousClock.now - start)") }
///     return try await next(argument)
///   }
/// ]
/// ```
///
/// The first of several is the outermost. What it throws is what the call throws: an ``RPCError`` as it is, anything else
/// as ``RPCError/interceptor(_:)``. The call's time limit counts for all of it: when it is over, or when the call is given
/// up, the caller waits no longer, and the closure's task is cancelled. A client that drains waits for it. Calls of a client
/// that has interceptors are not bound to be sent in the order in which they were started.
///
/// - Parameters:
///   - serviceMethod: The full name, `Service.Method`.
///   - argument: The argument, still encoded.
///   - next: Runs the rest: the other interceptors, the sending, and the wait for the reply.
/// - Returns: The reply, still encoded.
public typealias ClientInterceptor =
  @Sendable (
    _ serviceMethod: String,
    _ argument: Body,
    _ next: @Sendable (Body) async throws -> Body
  ) async throws -> Body

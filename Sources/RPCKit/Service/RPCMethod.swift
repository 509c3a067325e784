/// One method of a service: its name on the wire, and the function that serves it.
///
/// A function takes one argument and returns a reply. It may throw, be asynchronous, and take an ``RPCContext`` as well.
/// What it throws reaches the caller as an error's text: that of a ``ServerError``, and any other error's description.
///
/// What traps ends the process.
///
/// An argument is decoded anew for each call. One that does not fit is answered with an error, and the function is not
/// called. ``Empty`` stands for no argument and for no reply.
///
/// A method can have a time limit, which counts before its service's ``RPCService/timeout`` and the server's
/// ``ServerConfiguration/methodTimeout``, where it says what happens then: `RPCMethod("Search", timeout: .seconds(2), search)`.
public struct RPCMethod<Service: Sendable>: Sendable {
  /// The name behind the last dot, such as `Multiply`.
  public let name: String

  /// Where the function runs, or nil to leave it to the service or the server.
  public let execution: MethodExecution?

  /// How long a call may take, or nil to leave it to the service or the server.
  public let timeout: Duration?

  let bind: @Sendable (Service) -> MethodFunction

  private init(
    _ name: String,
    execution: MethodExecution?,
    timeout: Duration?,
    bind: @escaping @Sendable (Service) -> MethodFunction
  ) {
    self.name = name
    self.execution = execution
    self.timeout = timeout
    self.bind = bind
  }

  /// Declares a method by a synchronous function of the service: `RPCMethod("Multiply", multiply)`.
  ///
  /// - Parameters:
  ///   - name: The name behind the last dot. It may not be empty or contain a dot.
  ///   - execution: Where the function runs, or nil to leave it to the service or the server.
  ///   - timeout: How long a call may take, or nil to leave it to the service or the server.
  ///   - function: The function, as it is named inside the service.
  public init<Argument: Decodable & Sendable, Reply: Encodable & Sendable>(
    _ name: String,
    execution: MethodExecution? = nil,
    timeout: Duration? = nil,
    _ function: @escaping @Sendable (Service) -> @Sendable (Argument) throws -> Reply
  ) {
    self.init(
      name,
      execution: execution,
      timeout: timeout,
      bind: { service in
        let method = function(service)
        return .synchronous { argument, _ in try method(argument) }
      }
    )
  }

  /// Declares a method by an asynchronous function of the service.
  ///
  /// - Parameters:
  ///   - name: The name behind the last dot. It may not be empty or contain a dot.
  ///   - execution: Where the function runs, or nil to leave it to the service or the server.
  ///   - timeout: How long a call may take, or nil to leave it to the service or the server.
  ///   - function: The function, as it is named inside the service.
  public init<Argument: Decodable & Sendable, Reply: Encodable & Sendable>(
    _ name: String,
    execution: MethodExecution? = nil,
    timeout: Duration? = nil,
    _ function: @escaping @Sendable (Service) -> @Sendable (Argument) async throws -> Reply
  ) {
    self.init(
      name,
      execution: execution,
      timeout: timeout,
      bind: { service in
        let method = function(service)
        return .asynchronous { argument, _ in try await method(argument) }
      }
    )
  }

  /// Declares a method by a synchronous function of the service that takes the context as well.
  ///
  /// - Parameters:
  ///   - name: The name behind the last dot. It may not be empty or contain a dot.
  ///   - execution: Where the function runs, or nil to leave it to the service or the server.
  ///   - timeout: How long a call may take, or nil to leave it to the service or the server.
  ///   - function: The function, as it is named inside the service.
  public init<Argument: Decodable & Sendable, Reply: Encodable & Sendable>(
    _ name: String,
    execution: MethodExecution? = nil,
    timeout: Duration? = nil,
    _ function: @escaping @Sendable (Service) -> @Sendable (Argument, RPCContext) throws -> Reply
  ) {
    self.init(name, execution: execution, timeout: timeout, bind: { .synchronous(function($0)) })
  }

  /// Declares a method by an asynchronous function of the service that takes the context as well.
  ///
  /// - Parameters:
  ///   - name: The name behind the last dot. It may not be empty or contain a dot.
  ///   - execution: Where the function runs, or nil to leave it to the service or the server.
  ///   - timeout: How long a call may take, or nil to leave it to the service or the server.
  ///   - function: The function, as it is named inside the service.
  public init<Argument: Decodable & Sendable, Reply: Encodable & Sendable>(
    _ name: String,
    execution: MethodExecution? = nil,
    timeout: Duration? = nil,
    _ function: @escaping @Sendable (Service) -> @Sendable (Argument, RPCContext) async throws -> Reply
  ) {
    self.init(name, execution: execution, timeout: timeout, bind: { .asynchronous(function($0)) })
  }

  /// Declares a method by a closure, as an actor's need one: `RPCMethod<Counter>("Add") { try await $0.add($1) }`.
  ///
  /// - Parameters:
  ///   - name: The name behind the last dot. It may not be empty or contain a dot.
  ///   - execution: Where the closure runs, or nil to leave it to the service or the server.
  ///   - timeout: How long a call may take, or nil to leave it to the service or the server.
  ///   - function: Takes the service and the argument.
  public init<Argument: Decodable & Sendable, Reply: Encodable & Sendable>(
    _ name: String,
    execution: MethodExecution? = nil,
    timeout: Duration? = nil,
    _ function: @escaping @Sendable (Service, Argument) async throws -> Reply
  ) {
    self.init(name, execution: execution, timeout: timeout) { (service, argument: Argument, _) in
      try await function(service, argument)
    }
  }

  /// Declares a method by a synchronous closure that takes the service, the argument and the context.
  ///
  /// - Parameters:
  ///   - name: The name behind the last dot. It may not be empty or contain a dot.
  ///   - execution: Where the closure runs, or nil to leave it to the service or the server.
  ///   - timeout: How long a call may take, or nil to leave it to the service or the server.
  ///   - function: Takes the service, the argument and the context.
  public init<Argument: Decodable & Sendable, Reply: Encodable & Sendable>(
    _ name: String,
    execution: MethodExecution? = nil,
    timeout: Duration? = nil,
    _ function: @escaping @Sendable (Service, Argument, RPCContext) throws -> Reply
  ) {
    self.init(
      name,
      execution: execution,
      timeout: timeout,
      bind: { service in .synchronous { try function(service, $0, $1) } }
    )
  }

  /// Declares a method by an asynchronous closure that takes the service, the argument and the context.
  ///
  /// - Parameters:
  ///   - name: The name behind the last dot. It may not be empty or contain a dot.
  ///   - execution: Where the closure runs, or nil to leave it to the service or the server.
  ///   - timeout: How long a call may take, or nil to leave it to the service or the server.
  ///   - function: Takes the service, the argument and the context.
  public init<Argument: Decodable & Sendable, Reply: Encodable & Sendable>(
    _ name: String,
    execution: MethodExecution? = nil,
    timeout: Duration? = nil,
    _ function: @escaping @Sendable (Service, Argument, RPCContext) async throws -> Reply
  ) {
    self.init(
      name,
      execution: execution,
      timeout: timeout,
      bind: { service in .asynchronous { try await function(service, $0, $1) } }
    )
  }
}

extension RPCServer {
  /// Makes the methods of a service callable, at once and on every connection.
  ///
  /// The corresponding Go methods are `Server.Register` and `Server.RegisterName`.
  ///
  /// - Parameters:
  ///   - service: The service.
  ///   - name: The name before the last dot, which may itself contain dots, or nil for the name of the type.
  /// - Throws: A ``RegistrationError``; nothing has been registered then. The name is taken
  ///   (``RegistrationError/duplicateService(name:)``) or empty (``RegistrationError/missingServiceName(type:)``), the type
  ///   declares no methods (``RegistrationError/noMethods(type:)``), two of one name
  ///   (``RegistrationError/duplicateMethod(serviceMethod:)``), or one whose name is empty or has a dot
  ///   (``RegistrationError/illFormedName(_:)``).
  public func register<Service: RPCService>(
    _ service: Service,
    as name: String? = nil
  ) throws(RegistrationError) {
    try core.registry.register(
      service,
      as: name ?? String(describing: Service.self),
      methods: Service.methods,
      execution: Service.execution,
      timeout: Service.timeout
    )
  }

  /// Makes a synchronous closure callable: `try server.register("Clock.Now") { (_: Empty) in Date() }`.
  ///
  /// - Parameters:
  ///   - serviceMethod: The full name. Its service may exist or not.
  ///   - execution: Where the closure runs, or nil to leave it to the server.
  ///   - timeout: How long a call may take, or nil to leave it to the server (``ServerConfiguration/methodTimeout``).
  ///   - function: Takes the argument and returns the reply.
  /// - Throws: A ``RegistrationError``; nothing has been registered then. The method exists
  ///   (``RegistrationError/duplicateMethod(serviceMethod:)``), or its name is not of the form `Service.Method`
  ///   (``RegistrationError/illFormedName(_:)``).
  public func register<Argument: Decodable & Sendable, Reply: Encodable & Sendable>(
    _ serviceMethod: String,
    execution: MethodExecution? = nil,
    timeout: Duration? = nil,
    _ function: @escaping @Sendable (Argument) throws -> Reply
  ) throws(RegistrationError) {
    let function = MethodFunction.synchronous { (argument: Argument, _) in try function(argument) }
    try core.registry.register(serviceMethod, execution: execution, timeout: timeout, function: function)
  }

  /// Makes an asynchronous closure callable.
  ///
  /// - Parameters:
  ///   - serviceMethod: The full name. Its service may exist or not.
  ///   - execution: Where the closure runs, or nil to leave it to the server.
  ///   - timeout: How long a call may take, or nil to leave it to the server (``ServerConfiguration/methodTimeout``).
  ///   - function: Takes the argument and returns the reply.
  /// - Throws: A ``RegistrationError``; nothing has been registered then. The method exists
  ///   (``RegistrationError/duplicateMethod(serviceMethod:)``), or its name is not of the form `Service.Method`
  ///   (``RegistrationError/illFormedName(_:)``).
  public func register<Argument: Decodable & Sendable, Reply: Encodable & Sendable>(
    _ serviceMethod: String,
    execution: MethodExecution? = nil,
    timeout: Duration? = nil,
    _ function: @escaping @Sendable (Argument) async throws -> Reply
  ) throws(RegistrationError) {
    let function = MethodFunction.asynchronous { (argument: Argument, _) in try await function(argument) }
    try core.registry.register(serviceMethod, execution: execution, timeout: timeout, function: function)
  }

  /// Makes an asynchronous closure callable that takes the context as well.
  ///
  /// - Parameters:
  ///   - serviceMethod: The full name. Its service may exist or not.
  ///   - execution: Where the closure runs, or nil to leave it to the server.
  ///   - timeout: How long a call may take, or nil to leave it to the server (``ServerConfiguration/methodTimeout``).
  ///   - function: Takes the argument and the context, and returns the reply.
  /// - Throws: A ``RegistrationError``; nothing has been registered then. The method exists
  ///   (``RegistrationError/duplicateMethod(serviceMethod:)``), or its name is not of the form `Service.Method`
  ///   (``RegistrationError/illFormedName(_:)``).
  public func register<Argument: Decodable & Sendable, Reply: Encodable & Sendable>(
    _ serviceMethod: String,
    execution: MethodExecution? = nil,
    timeout: Duration? = nil,
    _ function: @escaping @Sendable (Argument, RPCContext) async throws -> Reply
  ) throws(RegistrationError) {
    try core.registry.register(
      serviceMethod,
      execution: execution,
      timeout: timeout,
      function: .asynchronous(function)
    )
  }
}

import Synchronization

/// Finds methods by name.
///
/// Services can be added at any time, also while serving; none is ever removed or replaced.
final class ServiceRegistry: Sendable {
  private struct Table {
    var services: [WireName: [WireName: RegisteredMethod]] = [:]
    /// The same methods by their full names: one look-up for a call that finds its method.
    var methods: [WireName: RegisteredMethod] = [:]
  }

  private let table = Mutex(Table())

  /// Adds a service with all its methods.
  func register<Service: Sendable>(
    _ service: Service,
    as name: String,
    methods: [RPCMethod<Service>],
    execution: MethodExecution?,
    timeout: Duration? = nil
  ) throws(RegistrationError) {
    let type = String(describing: Service.self)
    guard !name.isEmpty else { throw .missingServiceName(type: type) }
    guard !methods.isEmpty else { throw .noMethods(type: type) }
    var registered: [WireName: RegisteredMethod] = [:]
    for method in methods {
      guard !method.name.isEmpty, method.name.lastDot == nil else { throw .illFormedName(method.name) }
      let serviceMethod = name + "." + method.name
      let entry = RegisteredMethod(
        service: name,
        name: method.name,
        execution: method.execution ?? execution,
        timeout: method.timeout ?? timeout,
        function: method.bind(service)
      )
      guard registered.updateValue(entry, forKey: WireName(method.name)) == nil else {
        throw .duplicateMethod(serviceMethod: serviceMethod)
      }
    }
    // Go checks for a duplicate last, after the methods: server.go, register().
    try table.withLock { (table) throws(RegistrationError) in
      guard table.services[WireName(name)] == nil else { throw .duplicateService(name: name) }
      table.services[WireName(name)] = registered
      for entry in registered.values { table.methods[WireName(entry.serviceMethod)] = entry }
    }
  }

  /// Adds one method, and its service where it is the first.
  func register(
    _ serviceMethod: String,
    execution: MethodExecution?,
    timeout: Duration? = nil,
    function: MethodFunction
  ) throws(RegistrationError) {
    guard let dot = serviceMethod.lastDot else { throw .illFormedName(serviceMethod) }
    let service = String(serviceMethod[..<dot])
    let method = String(serviceMethod[serviceMethod.utf8.index(after: dot)...])
    guard !service.isEmpty, !method.isEmpty else { throw .illFormedName(serviceMethod) }
    let entry = RegisteredMethod(
      service: service,
      name: method,
      execution: execution,
      timeout: timeout,
      function: function
    )
    try table.withLock { (table) throws(RegistrationError) in
      guard table.methods[WireName(serviceMethod)] == nil else {
        throw .duplicateMethod(serviceMethod: serviceMethod)
      }
      table.services[WireName(service), default: [:]][WireName(method)] = entry
      table.methods[WireName(serviceMethod)] = entry
    }
  }

  /// Finds a method by its full name, or says in Go's words what is missing.
  func method(named serviceMethod: String) throws(CallFailure) -> RegisteredMethod {
    if let method = table.withLock({ $0.methods[WireName(serviceMethod)] }) { return method }
    // Go: server.go, readRequestHeader(): split at the last dot, and name what was asked for in full.
    guard let dot = serviceMethod.lastDot else { throw CallFailure(text: WireText.illFormed + serviceMethod) }
    let service = String(serviceMethod[..<dot])
    guard table.withLock({ $0.services[WireName(service)] != nil }) else {
      throw CallFailure(text: WireText.unknownService + serviceMethod)
    }
    throw CallFailure(text: WireText.unknownMethod + serviceMethod)
  }

  /// All services with their methods, in byte order, as Go's debug page has them.
  var services: [(name: String, methods: [RegisteredMethod])] {
    let methods = table.withLock { Array($0.methods.values) }
    let services = Dictionary(grouping: methods) { WireName($0.service) }
    return services.values
      .map { methods in (methods.first?.service ?? "", methods.sorted { $0.name.isBefore($1.name) }) }
      .sorted { $0.name.isBefore($1.name) }
  }
}

extension String {
  /// Where the last dot is, as a byte: with what combines with it, it would be another character.
  fileprivate var lastDot: Index? {
    utf8.lastIndex(of: UInt8(ascii: "."))
  }

  /// Byte order, which is Go's.
  fileprivate func isBefore(_ other: String) -> Bool {
    utf8.lexicographicallyPrecedes(other.utf8)
  }
}

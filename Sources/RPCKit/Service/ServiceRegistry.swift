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
    execution: MethodExecution?
  ) throws(RegistrationError) {
    let type = String(describing: Service.self)
    guard !name.isEmpty else { throw .missingServiceName(type: type) }
    guard !methods.isEmpty else { throw .noMethods(type: type) }
    var registered: [WireName: RegisteredMethod] = [:]
    for method in methods {
      guard !method.name.isEmpty, lastDot(in: method.name) == nil else { throw .illFormedName(method.name) }
      let serviceMethod = name + "." + method.name
      let entry = RegisteredMethod(
        serviceMethod: serviceMethod,
        execution: method.execution ?? execution,
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
    function: MethodFunction
  ) throws(RegistrationError) {
    guard let dot = lastDot(in: serviceMethod) else { throw .illFormedName(serviceMethod) }
    let service = String(serviceMethod[..<dot])
    let method = String(serviceMethod[serviceMethod.utf8.index(after: dot)...])
    guard !service.isEmpty, !method.isEmpty else { throw .illFormedName(serviceMethod) }
    let entry = RegisteredMethod(serviceMethod: serviceMethod, execution: execution, function: function)
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
    guard let dot = lastDot(in: serviceMethod) else {
      throw CallFailure(text: WireText.illFormed + serviceMethod)
    }
    let service = String(serviceMethod[..<dot])
    guard table.withLock({ $0.services[WireName(service)] != nil }) else {
      throw CallFailure(text: WireText.unknownService + serviceMethod)
    }
    throw CallFailure(text: WireText.unknownMethod + serviceMethod)
  }

  /// The byte, since a dot and what combines with it are one character.
  private func lastDot(in name: String) -> String.Index? {
    name.utf8.lastIndex(of: UInt8(ascii: "."))
  }
}

/// Why a service or a method could not be registered.
///
/// Nothing of it has been registered then.
public enum RegistrationError: Error, Sendable, Hashable {
  /// A service of that name exists. There is no replacing: choose another name.
  case duplicateService(name: String)

  /// A method of that full name exists.
  case duplicateMethod(serviceMethod: String)

  /// The given name is empty.
  ///
  /// - Parameter type: The service's type.
  case missingServiceName(type: String)

  /// The type declares no methods.
  ///
  /// - Parameter type: The service's type.
  case noMethods(type: String)

  /// A method's name is empty or contains a dot, or a full name is not of the form `Service.Method`.
  case illFormedName(String)
}

extension RegistrationError: CustomStringConvertible {
  /// Go's text where Go has one.
  public var description: String {
    switch self {
    case .duplicateService(let name): WireText.duplicateService + name
    case .duplicateMethod(let serviceMethod): "rpc: method already defined: " + serviceMethod
    case .missingServiceName(let type): WireText.noServiceName + type
    case .noMethods(let type): WireText.noMethods(type)
    case .illFormedName(let name): WireText.illFormed + name
    }
  }
}

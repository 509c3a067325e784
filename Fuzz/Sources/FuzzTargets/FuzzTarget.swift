/// What hostile bytes are fed to.
///
/// The fuzzer calls it with inputs of its own, the tests with every seed and every input that ever found something.
public enum FuzzTarget: String, CaseIterable, Sendable {
  /// The message scanner, whole and in pieces.
  case scanner
  /// Foundation's decoder, and its encoder with what came out.
  case foundation
  #if Jansson
    /// The same with libjansson.
    case jansson
  #endif
  /// The same with the native engine.
  case native
  /// The engines beside each other, and beside the scanner.
  case differential
  /// A server's connection: requests in, replies out.
  case server
  /// A client's connection: replies in, completed calls out.
  case client
  /// Both ends of CONNECT.
  case http

  /// Feeds one input.
  ///
  /// - Parameter input: Any bytes.
  /// - Throws: What should not have been. What traps or overruns memory does not return at all.
  public func check(_ input: [UInt8]) throws(Finding) {
    switch self {
    case .scanner: try ScannerTarget.check(input)
    case .foundation: try DecoderTarget.check(input, .foundation)
    #if Jansson
      case .jansson: try DecoderTarget.check(input, .jansson)
    #endif
    case .native: try DecoderTarget.check(input, .native)
    case .differential: try DifferentialTarget.check(input)
    case .server: for engine in Engine.all { try ServerTarget.check(input, engine) }
    case .client: for engine in Engine.all { try ClientTarget.check(input, engine) }
    case .http: try HTTPTarget.check(input)
    }
  }
}

/// Something that should not have been.
public struct Finding: Error, CustomStringConvertible {
  /// What was expected, and what was there.
  public let description: String

  init(_ description: String) {
    self.description = description
  }

  /// Throws unless two things that must be the same are.
  static func expectSame<Value: Equatable>(
    _ first: Value,
    _ second: Value,
    _ what: @autoclosure () -> String
  ) throws(Finding) {
    guard first == second else { throw Finding("\(what()): \(first), but \(second)") }
  }
}

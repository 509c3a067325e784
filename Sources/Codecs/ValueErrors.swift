/// What is wrong with a single value, in the same words from every engine.
enum ValueErrors {
  static let notBase64 = "The string is not valid Base64."
  static let notURL = "The string is not a valid URL."

  static func outOfRange(of type: Any.Type) -> String {
    "The number is not in the range of \(type)."
  }

  static func outOfRangeOrFraction(of type: Any.Type) -> String {
    "The number is not in the range of \(type), or not an integer."
  }

  /// The error for a number that is infinite, or none.
  static func notANumber(_ value: Any, at codingPath: [any CodingKey]) -> EncodingError {
    .invalidValue(
      value,
      EncodingError.Context(codingPath: codingPath, debugDescription: "JSON has no number for it.")
    )
  }

  /// The error for a value of the wrong type, or for a null.
  static func mismatch(
    _ type: Any.Type,
    found kind: JSONKind,
    at codingPath: [any CodingKey]
  ) -> DecodingError {
    let context = DecodingError.Context(
      codingPath: codingPath,
      debugDescription: "Expected to decode \(type) but found \(kind.description) instead."
    )
    return kind == .null ? .valueNotFound(type, context) : .typeMismatch(type, context)
  }
}

extension JSONKind {
  /// What messages call the value's type.
  fileprivate var description: String {
    switch self {
    case .object: "an object"
    case .array: "an array"
    case .string: "a string"
    case .number: "a number"
    case .true, .false: "a Boolean"
    case .null, .absent: "null"
    }
  }
}

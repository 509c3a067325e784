#if Jansson
  /// A step of a coding path: where a value lies in the one around it.
  ///
  /// An element's has no `any CodingKey` before one is asked for: that is slow to copy, and arrays are long.
  enum JanssonStep {
    /// The value takes the other one's place.
    case none
    case member(any CodingKey)
    case element(Int)

    /// The step as Codable wants it.
    var keys: [any CodingKey] {
      switch self {
      case .none: []
      case .member(let key): [key]
      case .element(let index): [PositionKey.element(index)]
      }
    }
  }
#endif

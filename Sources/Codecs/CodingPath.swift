/// One step on the way from the top of a document to a value, and the steps before it.
///
/// A coding path is asked for only when something is wrong, so it is a list that shares its beginning, not an array
/// for each value.
final class CodingPathStep {
  private let previous: CodingPathStep?
  private let key: any CodingKey

  init(_ key: any CodingKey, after previous: CodingPathStep?) {
    self.key = key
    self.previous = previous
  }

  /// The keys up to this step, as Codable wants them.
  var keys: [any CodingKey] {
    var keys: [any CodingKey] = []
    var step: CodingPathStep? = self
    while let current = step {
      keys.append(current.key)
      step = current.previous
    }
    return keys.reversed()
  }
}

/// The key of an array's element, or of the part that a class leaves to its superclass.
enum PositionKey: CodingKey {
  case element(Int)
  case superclass

  var stringValue: String {
    switch self {
    case .element(let index): "Index \(index)"
    case .superclass: "super"
    }
  }

  var intValue: Int? {
    switch self {
    case .element(let index): index
    case .superclass: nil
    }
  }

  init?(stringValue: String) {
    guard stringValue == "super" else { return nil }
    self = .superclass
  }

  init?(intValue: Int) {
    self = .element(intValue)
  }
}

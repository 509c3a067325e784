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

/// The key of a value by where it stands: of an object's member, or of an array's element.
enum PositionKey: CodingKey {
  case member(String)
  case element(Int)

  /// The part that a class leaves to its superclass.
  static var superclass: PositionKey { .member("super") }

  var stringValue: String {
    switch self {
    case .member(let name): name
    case .element(let index): "Index \(index)"
    }
  }

  var intValue: Int? {
    switch self {
    case .member: nil
    case .element(let index): index
    }
  }

  init?(stringValue: String) {
    self = .member(stringValue)
  }

  init?(intValue: Int) {
    self = .element(intValue)
  }
}

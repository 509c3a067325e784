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

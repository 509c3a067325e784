/// Where the members of a message lie that JSON-RPC knows, as far as they have been scanned.
///
/// Offsets are counted from the message's first byte. The last of several members with one name wins, as in Go.
struct Envelope: Equatable {
  /// The whole message: an object, unless somebody sent something else.
  var message = Value()

  var method = Value()
  var params = Value()
  var id = Value()
  var result = Value()
  var error = Value()

  /// The first element of `params`, when that is an array which is not empty.
  var firstParameter = Value()

  /// A value's place and kind.
  struct Value: Equatable {
    /// What its first byte says it is; absent until that byte has been scanned.
    var kind = JSONKind.absent

    /// Whether a string holds escapes, known once the string is complete.
    var hasEscapes = false

    var start = 0

    /// Behind its last byte, or 0 while that has not been scanned.
    var end = 0

    /// Whether the value has begun, is not null, and so says something.
    var isPresent: Bool {
      kind != .absent && kind != .null
    }

    var isComplete: Bool {
      end > 0
    }

    /// Where its bytes lie, empty while it is not complete.
    var range: Range<Int> {
      isComplete ? start..<end : start..<start
    }
  }
}

extension Envelope {
  /// A member's name, as far as it matters.
  enum Name: UInt8 {
    case unknown, method, params, id, result, error
  }

  /// Notes that a watched value begins: the message, one of its members, or the first parameter.
  mutating func begin(_ kind: JSONKind, at start: Int, depth: Int, name: Name) {
    let value = Value(kind: kind, start: start)
    switch depth {
    case 0: message = value
    case 1:
      // A second `params` makes the first one's elements void.
      if name == .params { firstParameter = Value() }
      update(name) { $0 = value }
    default: firstParameter = value
    }
  }

  /// Notes where a watched value ends.
  mutating func end(at end: Int, depth: Int, name: Name, hasEscapes: Bool) {
    switch depth {
    case 0: message.finish(at: end, hasEscapes: hasEscapes)
    case 1: update(name) { $0.finish(at: end, hasEscapes: hasEscapes) }
    default: firstParameter.finish(at: end, hasEscapes: hasEscapes)
    }
  }

  private mutating func update(_ name: Name, with change: (inout Value) -> Void) {
    switch name {
    case .method: change(&method)
    case .params: change(&params)
    case .id: change(&id)
    case .result: change(&result)
    case .error: change(&error)
    case .unknown: break
    }
  }
}

extension Envelope.Value {
  fileprivate mutating func finish(at end: Int, hasEscapes: Bool) {
    self.end = end
    self.hasEscapes = hasEscapes && kind == .string
  }
}

/// Where a scan stands: everything that must be known to go on when more bytes have come.
///
/// The scanner works on a copy of it in local variables and puts it back when the bytes run out.
struct ScanCursor {
  /// What must come next.
  enum State: UInt8 {
    /// A value.
    case value
    /// A value, or the end of an array that is empty.
    case firstElement
    /// A member's name.
    case name
    /// A member's name, or the end of an object that is empty.
    case firstName
    /// The colon behind a name.
    case colon
    /// A comma, or the end of the container.
    case afterValue
    /// The rest of a string that is a value.
    case string
    /// The rest of a string that is a name.
    case nameString
    /// The rest of a number.
    case number
    /// The rest of `true`, `false` or `null`.
    case literal
    /// Nothing: the message is complete.
    case complete
  }

  var state = State.value

  /// The first byte that has not been scanned.
  var position = 0

  /// How many containers are open.
  var depth = 0

  /// Whether the innermost of them is an object.
  var isInObject = false

  /// At which depth values are recorded in the envelope: 0, then 1, and 2 until the first parameter is complete.
  var watchedDepth = 0

  /// How many values have begun.
  var values = 0

  /// The member of the message that is being scanned.
  var name = Envelope.Name.unknown

  /// The first byte of the number or literal, or the first one behind a string's opening quote.
  var tokenStart = 0

  /// Whether escapes have been seen in the current string.
  var hasEscapes = false

  /// How far the current number has come.
  var numberPhase = NumberPhase.integer

  /// Which literal is being scanned.
  var literal = JSONLiteral.null
}

extension ScanCursor {
  /// Moves to the next byte that is not white space.
  ///
  /// - Returns: That byte, or nil when the bytes have run out.
  @inline(__always)
  mutating func skipWhitespace(_ input: ScanInput) -> UInt8? {
    while position < input.end {
      let byte = input[position]
      guard byte.isJSONWhitespace else { return byte }
      position &+= 1
    }
    return nil
  }

  /// Moves behind the closing quote of the string within which the cursor stands.
  ///
  /// - Returns: Whether the string is complete.
  @inline(__always)
  mutating func skipString(_ input: ScanInput) throws(ScanError) -> Bool {
    position = input.skipPlainCharacters(from: position)
    if position < input.end, input[position] == .quote {
      position &+= 1
      return true
    }
    let rest = try input.skipCharacters(from: position)
    position = rest.position
    hasEscapes = hasEscapes || rest.hasEscapes
    return rest.isClosed
  }

  /// Moves through the number within which the cursor stands.
  ///
  /// - Returns: Whether its end is known, which takes a byte that does not belong to it.
  @inline(__always)
  mutating func skipNumber(_ input: ScanInput, maximumBytes: Int) throws(ScanError) -> Bool {
    if numberPhase == .integer {
      position = input.skipDigits(from: position)
      if position < input.end, position &- tokenStart <= maximumBytes {
        let byte = input[position]
        if byte != .point, !byte.isExponentSign { return true }
      }
    }
    let rest = try input.skipNumber(
      from: position,
      numberPhase,
      start: tokenStart,
      maximumBytes: maximumBytes
    )
    position = rest.position
    numberPhase = rest.phase
    return rest.isComplete
  }

  /// Moves through the literal within which the cursor stands.
  ///
  /// - Returns: Whether it is complete.
  @inline(__always)
  mutating func skipLiteral(_ input: ScanInput) throws(ScanError) -> Bool {
    position = try input.skip(literal, from: position, start: tokenStart)
    return position &- tokenStart == literal.spelling.utf8CodeUnitCount
  }
}

/// Where a scan stands: everything that must be known to go on when more bytes have come.
///
/// While the scanner runs, it has the position in a local variable and puts it back when the bytes run out.
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

  /// What the current literal must become.
  var literal = JSONKind.null
}

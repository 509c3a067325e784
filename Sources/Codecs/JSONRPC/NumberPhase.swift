/// How far a number has come: the states of RFC 8259, 6.
enum NumberPhase: UInt8 {
  /// Behind `-`: a digit must follow.
  case minus
  /// Behind a leading `0`, which no digit may follow.
  case zero
  /// Within the digits of the integer.
  case integer
  /// Behind `.`: a digit must follow.
  case point
  /// Within the digits of the fraction.
  case fraction
  /// Behind `e`: a sign or a digit must follow.
  case exponent
  /// Behind the exponent's sign: a digit must follow.
  case exponentSign
  /// Within the digits of the exponent.
  case exponentDigits

  /// What a byte means to a number.
  enum Step {
    case goesOn
    case ends
    case fails(ScanError.Place)
  }

  /// The phase behind a number's first byte.
  @inline(__always)
  init(beginningWith byte: UInt8) {
    switch byte {
    case .minus: self = .minus
    case .zero: self = .zero
    default: self = .integer
    }
  }

  /// Takes one more byte.
  @inline(__always)
  mutating func advance(over byte: UInt8) -> Step {
    switch self {
    case .integer:
      if byte.isDigit { return .goesOn }
      return advanceBehindInteger(over: byte)
    case .zero: return advanceBehindInteger(over: byte)
    case .minus:
      guard byte.isDigit else { return .fails(.inNumber) }
      self = NumberPhase(beginningWith: byte)
    case .point:
      guard byte.isDigit else { return .fails(.afterDecimalPoint) }
      self = .fraction
    case .fraction:
      if byte.isDigit { return .goesOn }
      guard byte.isExponentSign else { return .ends }
      self = .exponent
    case .exponent where byte == .plus || byte == .minus: self = .exponentSign
    case .exponent, .exponentSign:
      guard byte.isDigit else { return .fails(.inExponent) }
      self = .exponentDigits
    case .exponentDigits: return byte.isDigit ? .goesOn : .ends
    }
    return .goesOn
  }

  @inline(__always)
  private mutating func advanceBehindInteger(over byte: UInt8) -> Step {
    if byte == .point {
      self = .point
    } else if byte.isExponentSign {
      self = .exponent
    } else {
      return .ends
    }
    return .goesOn
  }

  /// Whether any number of digits may follow.
  @inline(__always)
  var isWithinDigits: Bool {
    self == .integer || self == .fraction || self == .exponentDigits
  }

  /// Whether a number may end here.
  var canEnd: Bool {
    switch self {
    case .zero, .integer, .fraction, .exponentDigits: true
    case .minus, .point, .exponent, .exponentSign: false
    }
  }
}

/// A number of a document: its sign, its digits as an integer, and the power of ten by which that is multiplied.
///
/// Together they are the number exactly. Almost all numbers can be put so; those that cannot are for the standard
/// library, and for ``DecimalText``.
struct JSONNumber {
  let isNegative: Bool
  let digits: UInt64
  let exponent: Int

  /// Reads a number of JSON's grammar, or returns nil when it has more than 19 digits, or a very large exponent.
  @inline(__always)
  init?(_ text: UnsafeRawBufferPointer) {
    var position = 0
    isNegative = text[0] == .minus
    if isNegative { position = 1 }

    var digits: UInt64 = 0
    var count = 0
    var exponent = 0
    while position < text.count, text[position].isDigit {
      digits = digits &* 10 &+ UInt64(text[position] &- .zero)
      if digits != 0 || count != 0 { count &+= 1 }
      position &+= 1
    }
    if position < text.count, text[position] == .point {
      position &+= 1
      while position < text.count, text[position].isDigit {
        digits = digits &* 10 &+ UInt64(text[position] &- .zero)
        if digits != 0 || count != 0 { count &+= 1 }
        exponent &-= 1
        position &+= 1
      }
    }
    // Nineteen digits are always less than 2^64.
    guard count <= 19 else { return nil }
    if position < text.count {
      guard let power = Self.power(text, from: position &+ 1) else { return nil }
      exponent += power
    }
    self.digits = digits
    self.exponent = exponent
  }

  /// Reads what stands behind the `e`, or returns nil when it has more than four digits.
  private static func power(_ text: UnsafeRawBufferPointer, from start: Int) -> Int? {
    var position = start
    let isNegative = text[position] == .minus
    if !text[position].isDigit { position += 1 }
    guard text.count - position <= 4 else { return nil }
    var power = 0
    while position < text.count {
      power = power * 10 + Int(text[position] &- .zero)
      position += 1
    }
    return isNegative ? -power : power
  }
}

extension JSONNumber {
  /// The number as an integer, or nil when it has a fraction or is out of range.
  @inline(__always)
  func integer<Integer: FixedWidthInteger>(as type: Integer.Type) -> Integer? {
    guard let magnitude = exponent == 0 ? digits : scaled() else { return nil }
    if !isNegative { return Integer(exactly: magnitude) }
    // -2^63 has no positive counterpart.
    guard magnitude <= 1 << 63 else { return nil }
    return Integer(exactly: Int64(truncatingIfNeeded: 0 &- magnitude))
  }

  /// The digits and their power of ten multiplied, or nil when that is no integer of 64 bits.
  private func scaled() -> UInt64? {
    guard digits != 0 else { return 0 }
    var result = digits
    var rest = exponent
    while rest < 0 {
      guard result % 10 == 0 else { return nil }
      result /= 10
      rest += 1
    }
    while rest > 0 {
      let (product, overflow) = result.multipliedReportingOverflow(by: 10)
      guard !overflow else { return nil }
      result = product
      rest -= 1
    }
    return result
  }

  /// The number as a floating-point one, or nil when it cannot be had in one exact step.
  ///
  /// An integer is converted with one rounding. A product or a quotient of two numbers that are exact in the type is
  /// rounded once too, so it is the nearest to the number (Clinger, How to read floating point numbers accurately).
  @inline(__always)
  func real<Real: BinaryFloatingPoint>(as type: Real.Type) -> Real? {
    let magnitude: Real
    if exponent == 0 {
      magnitude = Real(digits)
    } else {
      guard digits <= 1 << UInt64(Real.significandBitCount + 1),
        let power = Self.power(of: exponent.magnitude, as: type)
      else { return nil }
      magnitude = exponent < 0 ? Real(digits) / power : Real(digits) * power
    }
    return isNegative ? -magnitude : magnitude
  }

  /// A power of ten, if it is exact in the type: 5 to that power fits into its significand.
  @inline(__always)
  private static func power<Real: BinaryFloatingPoint>(of exponent: UInt, as type: Real.Type) -> Real? {
    exponent <= (Real.significandBitCount == 52 ? 22 : 10) ? Real(powersOfTen[Int(exponent)]) : nil
  }

  private static let powersOfTen = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19,
    1e20, 1e21, 1e22,
  ]
}

/// A number of JSON's in parts: its sign, its digits, and how many places the point is to be moved.
///
/// It answers whether the number is an integer, exactly, however it is spelled: `1.0`, `1e2` and `120e-1` need no
/// detour through `Double`, which would take `9007199254740992.5` for an integer.
struct DecimalText<Text: Collection<UInt8>> {
  private let isNegative: Bool
  private let integerDigits: Text.SubSequence
  private let fractionDigits: Text.SubSequence
  private let power: Int

  /// Takes a number apart, or returns nil when the text is not a number of JSON's grammar (RFC 8259, 6).
  init?(_ text: Text) {
    var rest = text[...]
    isNegative = rest.first == .minus
    if isNegative { rest.removeFirst() }

    integerDigits = rest.prefix(while: \.isDigit)
    guard let first = integerDigits.first,
      first != .zero || integerDigits.dropFirst().isEmpty
    else { return nil }
    rest = rest[integerDigits.endIndex...]

    if rest.first == .point {
      fractionDigits = rest.dropFirst().prefix(while: \.isDigit)
      guard !fractionDigits.isEmpty else { return nil }
      rest = rest[fractionDigits.endIndex...]
    } else {
      fractionDigits = rest.prefix(0)
    }

    if rest.first?.isExponentSign == true {
      rest.removeFirst()
      let isDivided = rest.first == .minus
      if isDivided || rest.first == .plus { rest.removeFirst() }
      guard !rest.isEmpty, rest.allSatisfy(\.isDigit) else { return nil }
      // Past this, a number is out of every integer's range whatever its digits are.
      let magnitude = rest.reduce(0) { min($0 * 10 + Int($1 - .zero), 1 << 30) }
      power = isDivided ? -magnitude : magnitude
    } else {
      guard rest.isEmpty else { return nil }
      power = 0
    }
  }

  /// The number as an integer, or nil when it has a fraction or is out of range.
  func integer<Integer: FixedWidthInteger>(as type: Integer.Type) -> Integer? {
    var digits = Array(integerDigits) + Array(fractionDigits)
    var exponent = power - fractionDigits.count
    while digits.last == .zero {
      digits.removeLast()
      exponent += 1
    }
    digits.removeFirst(digits.prefix { $0 == .zero }.count)
    if digits.isEmpty { return 0 }
    // The longest integers, of 128 bits, have 39 digits.
    guard exponent >= 0, digits.count + exponent <= 39 else { return nil }
    let zeros = String(repeating: "0", count: exponent)
    return Integer((isNegative ? "-" : "") + String(decoding: digits, as: UTF8.self) + zeros)
  }
}

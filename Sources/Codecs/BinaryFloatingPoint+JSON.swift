/// How engines that write numbers themselves write those that are finite: with the fewest digits that read back to them,
/// and integers without a point, as Go wants them.
extension BinaryFloatingPoint where Self: LosslessStringConvertible {
  /// The integer as which the number is written, or nil when it is written as ``textWithoutPointZero``.
  @inline(__always)
  var writtenInteger: Int64? {
    // Swift prints the integers up to this with all their digits, and larger ones with an exponent.
    let largest = Self(sign: .plus, exponent: Exponent(Self.significandBitCount) + 1, significand: 1)
    // Minus zero keeps its sign.
    guard magnitude <= largest, let integer = Int64(exactly: self), integer != 0 || sign == .plus else {
      return nil
    }
    return integer
  }

  /// Swift's text without the `.0` at its end, if it has one.
  @inline(__always)
  var textWithoutPointZero: String {
    let text = description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

import RPCKit

// Numbers: RFC 8259, 6. Literals: RFC 8259, 3.
extension ScanInput {
  /// How far a number could be scanned.
  struct NumberRest {
    var position: Int
    var phase: NumberPhase
    /// Whether a byte has been seen that does not belong to it.
    var isComplete = false
  }

  /// Scans a number.
  ///
  /// - Parameters:
  ///   - position: The first byte that has not been scanned.
  ///   - phase: How far the number has come there.
  ///   - start: The number's first byte.
  ///   - maximumBytes: How long it may be.
  /// - Returns: Where to go on, and whether the number is complete there.
  /// - Throws: What is wrong with it.
  func skipNumber(
    from position: Int,
    _ phase: NumberPhase,
    start: Int,
    maximumBytes: Int
  ) throws(ScanError) -> NumberRest {
    var rest = NumberRest(position: position, phase: phase)
    var unexpected: ScanError.Place?
    scan: while true {
      if rest.phase.isWithinDigits { rest.position = skipDigits(from: rest.position) }
      guard rest.position < end else { break }
      switch rest.phase.advance(over: self[rest.position]) {
      case .goesOn: rest.position &+= 1
      case .ends:
        rest.isComplete = true
        break scan
      case .fails(let place):
        unexpected = place
        break scan
      }
    }
    // The length is checked first, so that the verdict is the same whatever the pieces were.
    guard rest.position - start <= maximumBytes else {
      throw ScanError(problem: .limit(.numberBytes, maximum: maximumBytes), offset: start + maximumBytes)
    }
    if let unexpected {
      throw .unexpected(self[rest.position], unexpected, at: rest.position)
    }
    return rest
  }

  /// The first byte from here on that is not a digit.
  ///
  /// Eight are looked at in one step: a loop over so few bytes is mispredicted at each number's end.
  @inline(__always)
  func skipDigits(from start: Int) -> Int {
    var position = start
    while position &+ 8 <= end {
      let others = otherThanDigits(word(at: position))
      if others != 0 { return position &+ others.trailingZeroBitCount >> 3 }
      position &+= 8
    }
    while position < end, self[position].isDigit { position &+= 1 }
    return position
  }

  /// Scans `true`, `false` or `null`.
  ///
  /// - Parameters:
  ///   - literal: Which of them, by its kind.
  ///   - position: The first byte that has not been scanned.
  ///   - start: The literal's first byte.
  /// - Returns: The first byte behind what there is of it.
  /// - Throws: Which byte does not belong to it.
  func skip(_ literal: JSONKind, from position: Int, start: Int) throws(ScanError) -> Int {
    let spelling = literal.spelling
    let stop = min(start + spelling.utf8CodeUnitCount, end)
    for index in position..<max(stop, position) {
      let expected = spelling.utf8Start[index - start]
      guard self[index] == expected else {
        throw ScanError(problem: .misspelled(self[index], literal, expected: expected), offset: index)
      }
    }
    return max(stop, position)
  }
}

/// The highest bit of each byte that is not a digit.
///
/// Above the lowest such byte the bits may be wrong.
@inline(__always)
private func otherThanDigits(_ word: UInt64) -> UInt64 {
  let ones: UInt64 = 0x0101_0101_0101_0101
  // A digit's value is less than 10, so adding 0x76 does not reach the highest bit.
  let values = word ^ (ones &* UInt64(UInt8.zero))
  return ((values &+ ones &* 0x76) | word) & (ones &* 0x80)
}

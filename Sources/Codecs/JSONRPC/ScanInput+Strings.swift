// Strings. They are where most bytes of a message are, so plain characters are passed eight at a time.
extension ScanInput {
  /// The first byte from here on that is not a plain character of a string: a quote, a backslash, a control character
  /// or a byte that is not ASCII.
  @inline(__always)
  func skipPlainCharacters(from start: Int) -> Int {
    var position = start
    while position &+ 8 <= end {
      let special = specialBytes(of: word(at: position))
      if special != 0 { return position &+ special.trailingZeroBitCount >> 3 }
      position &+= 8
    }
    while position < end, isPlain(self[position]) { position &+= 1 }
    return position
  }

  /// How far a string could be scanned.
  struct StringRest {
    var position: Int
    var isClosed = false
    var hasEscapes = false
  }

  /// Scans a string up to and with its closing quote.
  ///
  /// - Parameter start: A position between two characters within the string.
  /// - Returns: Where the string ends, or where to go on: in front of a character of which only a part has come.
  /// - Throws: What is wrong with it.
  func skipCharacters(from start: Int) throws(ScanError) -> StringRest {
    var rest = StringRest(position: start)
    while true {
      rest.position = skipPlainCharacters(from: rest.position)
      guard rest.position < end else { return rest }
      switch self[rest.position] {
      case .quote:
        rest.position &+= 1
        rest.isClosed = true
        return rest
      case .backslash:
        rest.hasEscapes = true
        guard let length = try escapeLength(at: rest.position) else { return rest }
        rest.position &+= length
      case 0x80...:
        repeat {
          guard let length = try sequenceLength(at: rest.position) else { return rest }
          rest.position &+= length
        } while rest.position < end && self[rest.position] >= 0x80
      case let control:
        throw .unexpected(control, .inString, at: rest.position)
      }
    }
  }
}

/// Whether a byte stands for itself in a string.
@inline(__always)
private func isPlain(_ byte: UInt8) -> Bool {
  byte >= 0x20 && byte < 0x80 && byte != .quote && byte != .backslash
}

/// The highest bit of each byte that ``isPlain(_:)`` is false for.
///
/// Above the lowest such byte the bits may be wrong.
///
/// For a byte below 0x80, `byte - n` borrows into the highest bit exactly when the byte is less than n; a byte is equal
/// to c when `byte ^ c` is less than 1.
@inline(__always)
private func specialBytes(of word: UInt64) -> UInt64 {
  let ones: UInt64 = 0x0101_0101_0101_0101
  let controls = word &- ones &* 0x20
  let quotes = (word ^ (ones &* UInt64(UInt8.quote))) &- ones
  let backslashes = (word ^ (ones &* UInt64(UInt8.backslash))) &- ones
  return (controls | quotes | backslashes | word) & (ones &* 0x80)
}

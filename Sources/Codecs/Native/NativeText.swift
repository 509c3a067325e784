/// JSON that is being written: memory that grows.
///
/// This is the only code of the encoder that uses memory by its address. What makes it safe: each method that writes
/// first makes sure of the room for all that it writes (``reserve(_:)``), and `count` never exceeds `capacity`.
struct NativeText: ~Copyable {
  private var base: UnsafeMutableRawPointer
  private var capacity: Int

  /// How many bytes have been written.
  private(set) var count = 0

  /// Whether the memory is its own, and not the room that was lent to it.
  private(set) var isOnItsOwn: Bool

  /// Makes a text that begins in room of somebody else's, and moves out where that does not do.
  init(lent room: UnsafeMutableRawBufferPointer) {
    base = room.baseAddress ?? .allocate(byteCount: 0, alignment: 1)
    capacity = room.count
    isOnItsOwn = room.baseAddress == nil
  }

  /// Makes a text in memory of its own.
  init() {
    self.init(lent: UnsafeMutableRawBufferPointer(start: nil, count: 0))
  }

  deinit {
    if isOnItsOwn { base.deallocate() }
  }

  /// What has been written, until more is.
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try body(UnsafeRawBufferPointer(start: base, count: count))
  }

  /// Takes back what has been written behind an earlier ``count``.
  mutating func truncate(to count: Int) {
    precondition(count >= 0 && count <= self.count)
    self.count = count
  }

  /// Makes room for more bytes.
  @inline(__always)
  private mutating func reserve(_ bytes: Int) {
    if capacity &- count < bytes { grow(by: bytes) }
  }

  private mutating func grow(by bytes: Int) {
    capacity = max(2 * capacity, count + bytes, 64)
    let new = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 1)
    new.copyMemory(from: base, byteCount: count)
    if isOnItsOwn { base.deallocate() }
    base = new
    isOnItsOwn = true
  }

  /// Stores a byte for which there is room.
  @inline(__always)
  private mutating func put(_ byte: UInt8) {
    assert(count < capacity)
    base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
    count &+= 1
  }
}

extension NativeText {
  @inline(__always)
  mutating func write(_ byte: UInt8) {
    reserve(1)
    put(byte)
  }

  mutating func write(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    reserve(bytes.count)
    (base + count).copyMemory(from: start, byteCount: bytes.count)
    count &+= bytes.count
  }

  @inline(__always)
  mutating func write(_ text: StaticString) {
    write(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Writes a text that needs no escapes.
  mutating func write(ascii text: String) {
    var text = text
    text.withUTF8 { write(UnsafeRawBufferPointer($0)) }
  }
}

// Numbers.
extension NativeText {
  @inline(__always)
  mutating func write<Integer: FixedWidthInteger>(integer: Integer) {
    if Integer.bitWidth <= 64 || integer.magnitude <= UInt64.max {
      write(magnitude: UInt64(truncatingIfNeeded: integer.magnitude), isNegative: integer < 0)
    } else {
      write(ascii: integer.description)
    }
  }

  private mutating func write(magnitude: UInt64, isNegative: Bool) {
    // A sign and twenty digits.
    reserve(21)
    if isNegative { put(.minus) }
    var rest = magnitude
    let end = count &+ Self.digits(of: magnitude)
    var place = end
    while rest >= 10 {
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      place &-= 1
      base.storeBytes(of: .zero &+ UInt8(truncatingIfNeeded: digit), toByteOffset: place, as: UInt8.self)
      rest = quotient
    }
    base.storeBytes(of: .zero &+ UInt8(truncatingIfNeeded: rest), toByteOffset: place &- 1, as: UInt8.self)
    count = end
  }

  private static func digits(of magnitude: UInt64) -> Int {
    var digits = 1
    var limit: UInt64 = 10
    while digits < 20, magnitude >= limit {
      digits &+= 1
      limit = limit &* 10
    }
    return digits
  }

  /// Writes a number with the fewest digits that read back to it, an integer without a point.
  ///
  /// - Returns: False, and writes nothing, when it is infinite or not a number.
  mutating func write<Real: BinaryFloatingPoint & LosslessStringConvertible>(real: Real) -> Bool {
    guard real.isFinite else { return false }
    if let integer = real.writtenInteger {
      write(integer: integer)
    } else {
      write(ascii: real.textWithoutPointZero)
    }
    return true
  }
}

// Strings.
extension NativeText {
  /// Writes a string with its quotes, escaped where RFC 8259, 7, wants it.
  @inline(__always)
  mutating func write(string: String) {
    // Almost every string has its UTF-8 at hand, and then is not retained.
    let isWritten: Void? = string.utf8.withContiguousStorageIfAvailable {
      write(string: UnsafeRawBufferPointer($0))
    }
    if isWritten != nil { return }
    var string = string
    string.withUTF8 { write(string: UnsafeRawBufferPointer($0)) }
  }

  /// Writes the name of a member, with what stands around it.
  mutating func write(name: UnsafeRawBufferPointer, afterComma: Bool) {
    reserve(name.count &+ Self.slack)
    if afterComma { put(.comma) }
    writeReserved(name)
    put(.colon)
  }

  mutating func write(string: UnsafeRawBufferPointer) {
    reserve(string.count &+ Self.slack)
    writeReserved(string)
  }

  /// Writes a string for which there is room, and for as much as ``slack`` says.
  @inline(__always)
  private mutating func writeReserved(_ string: UnsafeRawBufferPointer) {
    put(.quote)
    let start = count
    var position = 0
    // Eight bytes are copied and looked at in one step. Behind the last of them that stay there is always room for
    // eight more: an escape makes room for itself, the rest and that again.
    while position &+ 8 <= string.count {
      let word = string.loadUnaligned(fromByteOffset: position, as: UInt64.self)
      base.storeBytes(of: word, toByteOffset: count, as: UInt64.self)
      let escaped = escapedBytes(of: UInt64(littleEndian: word))
      if escaped == 0 {
        position &+= 8
        count &+= 8
      } else {
        let plain = escaped.trailingZeroBitCount >> 3
        position &+= plain
        count &+= plain
        writeEscape(of: string[position], before: string.count &- position)
        position &+= 1
      }
    }
    // The rest is done in one step too, with some bytes once more, when it stands where it did in the string.
    if position < string.count, position >= 8, count &- start == position {
      let last = string.count &- 8
      let word = string.loadUnaligned(fromByteOffset: last, as: UInt64.self)
      if escapedBytes(of: UInt64(littleEndian: word)) == 0 {
        base.storeBytes(of: word, toByteOffset: start &+ last, as: UInt64.self)
        count = start &+ string.count
        position = string.count
      }
    }
    while position < string.count {
      let byte = string[position]
      if byte.isJSONControl || byte == .quote || byte == .backslash {
        writeEscape(of: byte, before: string.count &- position)
      } else {
        put(byte)
      }
      position &+= 1
    }
    put(.quote)
  }

  /// The room that is kept for two quotes, an escape and a word, or two quotes, a comma and a colon.
  private static let slack = 16

  /// Writes a character's escape, and makes room for as many bytes behind it.
  private mutating func writeEscape(of byte: UInt8, before rest: Int) {
    reserve(rest &+ 6 &+ Self.slack)
    put(.backslash)
    switch byte {
    case .quote, .backslash: put(byte)
    case 0x08: put(UInt8(ascii: "b"))
    case 0x0C: put(UInt8(ascii: "f"))
    case 0x0A: put(UInt8(ascii: "n"))
    case 0x0D: put(UInt8(ascii: "r"))
    case 0x09: put(UInt8(ascii: "t"))
    default:
      put(UInt8(ascii: "u"))
      put(.zero)
      put(.zero)
      put(.zero &+ byte >> 4)
      put(byte & 15 < 10 ? .zero &+ byte & 15 : UInt8(ascii: "a") &+ byte & 15 &- 10)
    }
  }
}

/// The highest bit of each byte that must be escaped.
///
/// Above the lowest such byte the bits may be wrong.
///
/// For a byte below 0x80, `byte - n` borrows into the highest bit exactly when the byte is less than n; a byte is equal
/// to c when `byte ^ c` is less than 1.
@inline(__always)
private func escapedBytes(of word: UInt64) -> UInt64 {
  let ones: UInt64 = 0x0101_0101_0101_0101
  let quote = word ^ (ones &* UInt64(UInt8.quote))
  let backslash = word ^ (ones &* UInt64(UInt8.backslash))
  let controls = (word &- ones &* 0x20) & ~word
  let quotes = (quote &- ones) & ~quote
  let backslashes = (backslash &- ones) & ~backslash
  return (controls | quotes | backslashes) & (ones &* 0x80)
}

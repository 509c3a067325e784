import RPCKit

/// Where the values of a document lie: an entry for each value and for each member's name, in the order in which they
/// stand in the document.
///
/// The index is one list, so the way from a value to the next one is a step, however much lies within the value. It is
/// made in one pass, which checks the bytes by the scanner's grammar: nothing but valid JSON has an index.
struct JSONIndex: ~Copyable {
  /// The entries; the first one is the whole document.
  let entries: OwnedList<Entry>

  /// A value or a name.
  struct Entry: BitwiseCopyable {
    /// What it is.
    ///
    /// Names are strings.
    let kind: JSONKind

    /// Of a string: whether there are escapes in it.
    let hasEscapes: Bool

    /// Of an object: whether two of its members may have the same name.
    fileprivate(set) var mayRepeatNames = false

    /// Where it begins: a string behind its opening quote.
    let start: UInt32

    /// How many bytes it has, a string without its quotes; of a container, how many elements or members.
    fileprivate(set) var size: UInt32

    /// The index of the entry behind it and all that lies within it; of a name, its hash.
    fileprivate(set) var link: UInt32
  }

  /// Indexes a document.
  ///
  /// - Throws: What is wrong with it.
  init(_ document: UnsafeRawBufferPointer) throws(ScanError) {
    guard document.count < UInt32.max else {
      throw ScanError(problem: .limit(.bytes, maximum: Int(UInt32.max)), offset: Int(UInt32.max))
    }
    guard let input = ScanInput(document) else { throw ScanError(problem: .unexpectedEnd, offset: 0) }
    var builder = JSONIndexBuilder(input)
    try builder.addDocument()
    entries = builder.finish()
  }
}

/// Makes an index.
///
/// Each method returns the position behind what it has taken, as in the scanner.
private struct JSONIndexBuilder: ~Copyable {
  private let input: ScanInput
  private let hash = NameHash.shared
  private var repetitions = RepetitionCheck()
  private var entries: OwnedList<JSONIndex.Entry>

  /// The innermost open container's entry, which links to the one around it until it is closed, and how much is in it.
  private var open = Self.none
  private var count: UInt32 = 0
  private var isInObject = false
  private var depth = 0

  private static let none = UInt32.max

  init(_ input: ScanInput) {
    self.input = input
    // Most values and names have more than four bytes with what is around them. Memory that is not used costs nothing.
    entries = OwnedList(capacity: min(input.end / 4 + 2, 1 << 20))
  }

  /// The entries, when all have been added.
  consuming func finish() -> OwnedList<JSONIndex.Entry> { entries }

  mutating func addDocument() throws(ScanError) {
    var position = input.skipWhitespace(from: 0)
    values: while true {
      let byte = try byte(at: position)
      switch byte {
      case .quote:
        position = try addString(at: position)
      case .openBrace, .openBracket:
        position = input.skipWhitespace(from: try openContainer(object: byte == .openBrace, at: position))
        if try self.byte(at: position) != closing {
          if isInObject { position = try addName(at: position) }
          continue
        }
        position = closeContainer(at: position)
      case .minus, 0x30...0x39:
        position = try addNumber(at: position)
      default:
        position = try addLiteral(byte, at: position)
      }

      // Behind a value the container goes on, or ends and is a complete value itself.
      while open != Self.none {
        count &+= 1
        position = input.skipWhitespace(from: position)
        let byte = try self.byte(at: position)
        if byte == .comma {
          position = input.skipWhitespace(from: position &+ 1)
          if isInObject { position = try addName(at: position) }
          continue values
        }
        guard byte == closing else {
          throw .unexpected(byte, isInObject ? .afterMember : .afterElement, at: position)
        }
        position = closeContainer(at: position)
      }
      break
    }
    position = input.skipWhitespace(from: position)
    guard position == input.end else {
      throw .unexpected(input[position], .afterTopLevelValue, at: position)
    }
  }

  @inline(__always)
  private func byte(at position: Int) throws(ScanError) -> UInt8 {
    guard position < input.end else { throw ScanError(problem: .unexpectedEnd, offset: input.end) }
    return input[position]
  }

  /// The bracket that ends the innermost container.
  private var closing: UInt8 { isInObject ? .closeBrace : .closeBracket }

  @inline(__always)
  private mutating func add(
    _ kind: JSONKind,
    from start: Int,
    to end: Int,
    hasEscapes: Bool = false,
    link: UInt32? = nil
  ) {
    entries.append(
      JSONIndex.Entry(
        kind: kind,
        hasEscapes: hasEscapes,
        start: UInt32(truncatingIfNeeded: start),
        size: UInt32(truncatingIfNeeded: end &- start),
        link: link ?? UInt32(truncatingIfNeeded: entries.count &+ 1)
      )
    )
  }
}

// Names and scalars.
extension JSONIndexBuilder {
  @inline(__always)
  private mutating func addString(at position: Int) throws(ScanError) -> Int {
    let (end, hasEscapes) = try endOfString(from: position &+ 1)
    add(.string, from: position &+ 1, to: end, hasEscapes: hasEscapes)
    return end &+ 1
  }

  /// Adds a name, and takes the colon and the white space behind it.
  @inline(__always)
  private mutating func addName(at position: Int) throws(ScanError) -> Int {
    let quote = try byte(at: position)
    guard quote == .quote else { throw .unexpected(quote, .beginningOfMemberName, at: position) }
    let (end, hasEscapes) = try endOfString(from: position &+ 1)
    let bytes = input.bytes(position &+ 1..<end)
    let hash = hasEscapes ? self.hash(unescaping: bytes) : self.hash(UnsafeRawBufferPointer(bytes))
    add(.string, from: position &+ 1, to: end, hasEscapes: hasEscapes, link: UInt32(truncatingIfNeeded: hash))

    let afterName = input.skipWhitespace(from: end &+ 1)
    let colon = try byte(at: afterName)
    guard colon == .colon else { throw .unexpected(colon, .afterMemberName, at: afterName) }
    return input.skipWhitespace(from: afterName &+ 1)
  }

  /// Finds a string's closing quote.
  @inline(__always)
  private func endOfString(from start: Int) throws(ScanError) -> (end: Int, hasEscapes: Bool) {
    let stop = input.skipPlainCharacters(from: start)
    if stop < input.end, input[stop] == .quote { return (stop, false) }
    let rest = try input.skipCharacters(from: stop)
    guard rest.isClosed else { throw ScanError(problem: .unexpectedEnd, offset: input.end) }
    return (rest.position &- 1, rest.hasEscapes)
  }

  @inline(__always)
  private mutating func addNumber(at position: Int) throws(ScanError) -> Int {
    var phase = NumberPhase(beginningWith: input[position])
    var end = position &+ 1
    if phase == .integer { end = input.skipDigits(from: end) }
    if phase != .integer || end < input.end && input[end].continuesInteger {
      let rest = try input.skipNumber(from: end, phase, start: position, maximumBytes: .max)
      (phase, end) = (rest.phase, rest.position)
    }
    // Only the end of the document can cut a number off.
    guard phase.canEnd else { throw ScanError(problem: .unexpectedEnd, offset: input.end) }
    add(.number, from: position, to: end)
    return end
  }

  private mutating func addLiteral(_ byte: UInt8, at position: Int) throws(ScanError) -> Int {
    guard let kind = JSONKind(beginningWith: byte) else {
      throw .unexpected(byte, .beginningOfValue, at: position)
    }
    let end = try input.skip(kind, from: position &+ 1, start: position)
    guard end &- position == kind.spelling.utf8CodeUnitCount else {
      throw ScanError(problem: .unexpectedEnd, offset: input.end)
    }
    add(kind, from: position, to: end)
    return end
  }
}

// Containers.
extension JSONIndexBuilder {
  @inline(__always)
  private mutating func openContainer(object: Bool, at position: Int) throws(ScanError) -> Int {
    guard depth < MessageLimits.depthCap else {
      throw ScanError(problem: .limit(.depth, maximum: MessageLimits.depthCap), offset: position)
    }
    depth &+= 1
    if open != Self.none { entries[Int(open)].size = count }
    let container = UInt32(truncatingIfNeeded: entries.count)
    add(object ? .object : .array, from: position, to: position, link: open)
    open = container
    count = 0
    isInObject = object
    return position &+ 1
  }

  @inline(__always)
  private mutating func closeContainer(at position: Int) -> Int {
    let container = Int(open)
    depth &-= 1
    open = entries[container].link
    entries[container].size = count
    entries[container].link = UInt32(truncatingIfNeeded: entries.count)
    if isInObject, count > 1 {
      entries[container].mayRepeatNames = repetitions.mayBeIn(entries, object: container)
    }
    if open != Self.none {
      count = entries[Int(open)].size
      isInObject = entries[Int(open)].kind == .object
    }
    return position &+ 1
  }
}

/// Tells whether two members of an object may have the same name, by the names' hashes.
private struct RepetitionCheck {
  /// A hash table for one object after the other; 0 is an empty slot.
  private var slots: [UInt32] = []

  mutating func mayBeIn(_ entries: borrowing OwnedList<JSONIndex.Entry>, object: Int) -> Bool {
    let count = Int(entries[object].size)
    let first = object + 1
    if count == 2 { return entries[first].link == entries[Int(entries[first + 1].link)].link }

    let mask = (count * 2).nextPowerOfTwo - 1
    if slots.count <= mask { slots = Array(repeating: 0, count: mask + 1) }
    for index in 0...mask { slots[index] = 0 }
    var name = first
    for _ in 0..<count {
      let hash = max(entries[name].link, 1)
      var slot = Int(hash) & mask
      while slots[slot] != 0 {
        if slots[slot] == hash { return true }
        slot = (slot + 1) & mask
      }
      slots[slot] = hash
      name = Int(entries[name + 1].link)
    }
    return false
  }
}

extension Int {
  /// The smallest power of two that is not less than this positive number.
  var nextPowerOfTwo: Int {
    self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount)
  }
}

extension NameHash {
  /// Hashes what a name with escapes stands for.
  func callAsFunction(unescaping bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    Array(JSONStringReader(bytes)).withUnsafeBytes { self($0) }
  }
}

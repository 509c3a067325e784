import RPCKit

/// Finds the end of one JSON message in bytes that arrive in any pieces, checks it, and notes where its members lie.
///
/// The grammar is RFC 8259 and UTF-8, strictly: no engine ever sees bytes that have not passed here. A value without
/// input or output: whoever has the bytes calls ``scan(_:)`` with all of the message that has come so far, and again
/// when there are more. It goes on where it stopped, so a message of n bytes in k pieces costs O(n + k). Only an escape
/// or a UTF-8 sequence that was cut is looked at again from its start, at most twelve bytes. Limits are enforced on
/// the way, so that unfinished messages are bounded too.
///
/// It allocates nothing. What has been found can be read from ``envelope`` at any time, also within `params` or
/// `result`.
struct MessageScanner {
  /// What may stand at the top level.
  enum Acceptance {
    /// An object, or null, which Go takes for a request that says nothing.
    case messages
    /// Any value.
    case anyValue
  }

  /// Where the members lie, as far as they have been scanned.
  private(set) var envelope = Envelope()

  private let limits: MessageLimits
  private let acceptance: Acceptance
  private var cursor = ScanCursor()
  private var nesting = Nesting()

  init(limits: MessageLimits, accepting acceptance: Acceptance = .messages) {
    self.limits = limits
    self.acceptance = acceptance
  }

  /// How many bytes have been scanned: once the message is complete, its length.
  var offset: Int { cursor.position }

  /// Whether the message's last byte has been scanned.
  var isComplete: Bool { cursor.state == .complete }

  /// Makes ready for the next message.
  mutating func reset() {
    cursor = ScanCursor()
    envelope = Envelope()
  }

  /// Scans what has come since the last call.
  ///
  /// - Parameter message: All bytes of the message so far, from its first one, and whatever follows it.
  /// - Returns: Whether the message is complete. It ends at ``offset``.
  /// - Throws: What is wrong with it. The scanner must not be used again then.
  mutating func scan(_ message: UnsafeRawBufferPointer) throws(ScanError) -> Bool {
    guard let input = ScanInput(message, limit: limits.maximumBytes) else { return false }
    if try advance(input) { return true }
    guard input.end < limits.maximumBytes else {
      throw ScanError(problem: .limit(.bytes, maximum: limits.maximumBytes), offset: input.end)
    }
    return false
  }

  /// Scans bytes that are one value and nothing else.
  ///
  /// - Parameter value: The value, with no white space around it.
  /// - Throws: What is wrong with it.
  mutating func scanWhole(_ value: UnsafeRawBufferPointer) throws(ScanError) {
    guard value.count <= limits.maximumBytes else {
      throw ScanError(problem: .limit(.bytes, maximum: limits.maximumBytes), offset: limits.maximumBytes)
    }
    guard let input = ScanInput(value) else { throw ScanError(problem: .unexpectedEnd, offset: 0) }
    if try advance(input) {
      if let extra = value[offset...].firstIndex(where: { !$0.isJSONWhitespace }) {
        throw .unexpected(value[extra], .afterTopLevelValue, at: extra)
      }
    } else {
      // Only a number does not say itself where it ends.
      guard cursor.state == .number, cursor.depth == 0, cursor.numberPhase.canEnd else {
        throw ScanError(problem: .unexpectedEnd, offset: input.end)
      }
    }
  }
}

// The steps. Each state's case takes one token; where the bytes run out, the state says with what to go on.
//
// The position is a local variable and is handed on by value, so that it stays in a register; what changes once per
// token stays in the cursor.
extension MessageScanner {
  private mutating func advance(_ input: ScanInput) throws(ScanError) -> Bool {
    var position = cursor.position
    scan: while true {
      switch cursor.state {
      case .firstName, .name:
        position = input.skipWhitespace(from: position)
        guard position < input.end else { break scan }
        if input[position] == .closeBrace, cursor.state == .firstName {
          position = closeContainer(at: position)
          continue
        }
        guard input[position] == .quote else {
          throw .unexpected(input[position], .beginningOfMemberName, at: position)
        }
        position = beginString(.nameString, at: position)
        fallthrough

      case .nameString:
        let rest = try skipString(input, from: position)
        position = rest.position
        guard rest.isClosed else { break scan }
        if cursor.depth == 1 {
          let name = cursor.tokenStart..<position &- 1
          cursor.name = Envelope.Name(name, in: input, hasEscapes: cursor.hasEscapes)
        }
        cursor.state = .colon
        fallthrough

      case .colon:
        position = input.skipWhitespace(from: position)
        guard position < input.end else { break scan }
        guard input[position] == .colon else {
          throw .unexpected(input[position], .afterMemberName, at: position)
        }
        position &+= 1
        cursor.state = .value
        fallthrough

      case .value, .firstElement:
        position = input.skipWhitespace(from: position)
        guard position < input.end else { break scan }
        if input[position] == .closeBracket, cursor.state == .firstElement {
          position = closeContainer(at: position)
        } else {
          position = try beginValue(input[position], at: position)
        }

      case .string:
        let rest = try skipString(input, from: position)
        position = rest.position
        guard rest.isClosed else { break scan }
        position = endScalar(input, at: position)

      case .number:
        let rest = try skipNumber(input, from: position)
        position = rest.position
        guard rest.isComplete else { break scan }
        position = endScalar(input, at: position)

      case .literal:
        position = try input.skip(cursor.literal, from: position, start: cursor.tokenStart)
        guard position &- cursor.tokenStart == cursor.literal.spelling.utf8CodeUnitCount else { break scan }
        position = endScalar(input, at: position)

      case .afterValue:
        position = input.skipWhitespace(from: position)
        guard position < input.end else { break scan }
        let byte = input[position]
        if byte == .comma {
          position &+= 1
          cursor.state = cursor.isInObject ? .name : .value
        } else if byte == (cursor.isInObject ? .closeBrace : .closeBracket) {
          position = closeContainer(at: position)
        } else {
          throw .unexpected(byte, cursor.isInObject ? .afterMember : .afterElement, at: position)
        }

      case .complete:
        break scan
      }
    }
    cursor.position = position
    return cursor.state == .complete
  }
}

// Each returns the position behind what it has taken.
extension MessageScanner {
  @inline(__always)
  private mutating func beginValue(_ byte: UInt8, at position: Int) throws(ScanError) -> Int {
    guard let kind = JSONKind(beginningWith: byte) else {
      throw .unexpected(byte, .beginningOfValue, at: position)
    }
    cursor.values &+= 1
    guard cursor.values <= limits.maximumValues else {
      throw ScanError(problem: .limit(.values, maximum: limits.maximumValues), offset: position)
    }
    if cursor.depth == cursor.watchedDepth { try beginWatched(kind, at: position) }
    switch kind {
    case .string: return beginString(.string, at: position)
    case .object, .array: return try openContainer(object: kind == .object, at: position)
    case .number:
      cursor.numberPhase = NumberPhase(beginningWith: byte)
      cursor.state = .number
    case .true, .false, .null, .absent:
      cursor.literal = kind
      cursor.state = .literal
    }
    cursor.tokenStart = position
    return position &+ 1
  }

  @inline(__always)
  private mutating func beginString(_ state: ScanCursor.State, at position: Int) -> Int {
    cursor.tokenStart = position &+ 1
    cursor.hasEscapes = false
    cursor.state = state
    return position &+ 1
  }

  @inline(__always)
  private mutating func skipString(
    _ input: ScanInput,
    from position: Int
  ) throws(ScanError) -> ScanInput.StringRest {
    let stop = input.skipPlainCharacters(from: position)
    if stop < input.end, input[stop] == .quote {
      return ScanInput.StringRest(position: stop &+ 1, isClosed: true)
    }
    let rest = try input.skipCharacters(from: stop)
    if rest.hasEscapes { cursor.hasEscapes = true }
    return rest
  }

  @inline(__always)
  private mutating func skipNumber(
    _ input: ScanInput,
    from position: Int
  ) throws(ScanError) -> ScanInput.NumberRest {
    var position = position
    if cursor.numberPhase == .integer {
      position = input.skipDigits(from: position)
      if position < input.end, !input[position].continuesInteger,
        position &- cursor.tokenStart <= limits.maximumNumberBytes
      {
        return ScanInput.NumberRest(position: position, phase: .integer, isComplete: true)
      }
    }
    let rest = try input.skipNumber(
      from: position,
      cursor.numberPhase,
      start: cursor.tokenStart,
      maximumBytes: limits.maximumNumberBytes
    )
    cursor.numberPhase = rest.phase
    return rest
  }

  /// Ends a value that is no container, and takes the comma that mostly follows at once.
  @inline(__always)
  private mutating func endScalar(_ input: ScanInput, at position: Int) -> Int {
    cursor.state = .afterValue
    if cursor.depth == cursor.watchedDepth { endWatched(at: position) }
    guard cursor.depth > 0, position < input.end, input[position] == .comma else { return position }
    cursor.state = cursor.isInObject ? .name : .value
    return position &+ 1
  }

  @inline(__always)
  private mutating func openContainer(object: Bool, at position: Int) throws(ScanError) -> Int {
    guard cursor.depth < limits.maximumDepth else {
      throw ScanError(problem: .limit(.depth, maximum: limits.maximumDepth), offset: position)
    }
    nesting.open(object: object, at: cursor.depth)
    cursor.depth &+= 1
    cursor.isInObject = object
    cursor.state = object ? .firstName : .firstElement
    return position &+ 1
  }

  @inline(__always)
  private mutating func closeContainer(at position: Int) -> Int {
    cursor.depth &-= 1
    cursor.isInObject = cursor.depth > 0 && nesting.isObject(at: cursor.depth &- 1)
    cursor.state = .afterValue
    if cursor.depth <= cursor.watchedDepth { endWatched(at: position &+ 1) }
    return position &+ 1
  }
}

// What is recorded: the message itself, its members, and the first element of params.
extension MessageScanner {
  /// Records that a watched value begins, and what to watch within it.
  private mutating func beginWatched(_ kind: JSONKind, at position: Int) throws(ScanError) {
    if cursor.depth == 0, acceptance == .messages, kind != .object, kind != .null {
      throw ScanError(problem: .notAnObject, offset: position)
    }
    envelope.begin(kind, at: position, depth: cursor.depth, name: cursor.name)
    switch (cursor.depth, kind) {
    case (0, .object): cursor.watchedDepth = 1
    case (1, .array) where cursor.name == .params: cursor.watchedDepth = 2
    default: break
    }
  }

  /// Records where a watched value ends.
  private mutating func endWatched(at position: Int) {
    envelope.end(at: position, depth: cursor.depth, name: cursor.name, hasEscapes: cursor.hasEscapes)
    // Behind the first parameter only members are of interest.
    cursor.watchedDepth = min(cursor.depth, 1)
    if cursor.depth == 0 { cursor.state = .complete }
  }
}

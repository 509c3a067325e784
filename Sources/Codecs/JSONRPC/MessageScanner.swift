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
        throw ScanError(problem: .unexpected(value[extra], .afterTopLevelValue), offset: extra)
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
extension MessageScanner {
  private mutating func advance(_ input: ScanInput) throws(ScanError) -> Bool {
    var cursor = self.cursor
    defer { self.cursor = cursor }

    while true {
      switch cursor.state {
      case .firstName, .name:
        guard let byte = cursor.skipWhitespace(input) else { return false }
        if byte == .closeBrace, cursor.state == .firstName {
          cursor.state = .afterValue
          continue
        }
        guard byte == .quote else { throw unexpected(byte, .beginningOfMemberName, cursor) }
        beginString(.nameString, &cursor)
        fallthrough

      case .nameString:
        guard try cursor.skipString(input) else { return false }
        if cursor.depth == 1 {
          let name = cursor.tokenStart..<cursor.position &- 1
          cursor.name = Envelope.Name(name, in: input, hasEscapes: cursor.hasEscapes)
        }
        cursor.state = .colon
        fallthrough

      case .colon:
        guard let byte = cursor.skipWhitespace(input) else { return false }
        guard byte == .colon else { throw unexpected(byte, .afterMemberName, cursor) }
        cursor.position &+= 1
        cursor.state = .value
        fallthrough

      case .value, .firstElement:
        guard let byte = cursor.skipWhitespace(input) else { return false }
        if byte == .closeBracket, cursor.state == .firstElement {
          cursor.state = .afterValue
          continue
        }
        try beginValue(byte, &cursor)

      case .string:
        guard try cursor.skipString(input) else { return false }
        endScalar(input, &cursor)

      case .number:
        guard try cursor.skipNumber(input, maximumBytes: limits.maximumNumberBytes) else { return false }
        endScalar(input, &cursor)

      case .literal:
        guard try cursor.skipLiteral(input) else { return false }
        endScalar(input, &cursor)

      case .afterValue:
        guard let byte = cursor.skipWhitespace(input) else { return false }
        if byte == .comma {
          skipComma(&cursor)
        } else if byte == (cursor.isInObject ? .closeBrace : .closeBracket) {
          closeContainer(&cursor)
        } else {
          throw unexpected(byte, cursor.isInObject ? .afterMember : .afterElement, cursor)
        }

      case .complete:
        return true
      }
    }
  }

  @inline(__always)
  private mutating func beginValue(_ byte: UInt8, _ cursor: inout ScanCursor) throws(ScanError) {
    switch byte {
    case .quote:
      try note(.string, &cursor)
      beginString(.string, &cursor)
    case .openBrace:
      try note(.object, &cursor)
      try openContainer(object: true, &cursor)
    case .openBracket:
      try note(.array, &cursor)
      try openContainer(object: false, &cursor)
    default:
      try beginScalar(byte, &cursor)
    }
  }

  @inline(__always)
  private mutating func beginScalar(_ byte: UInt8, _ cursor: inout ScanCursor) throws(ScanError) {
    cursor.tokenStart = cursor.position
    if let phase = NumberPhase(beginningWith: byte) {
      try note(.number, &cursor)
      cursor.numberPhase = phase
      cursor.position &+= 1
      cursor.state = .number
    } else if let literal = JSONLiteral(beginningWith: byte) {
      try note(literal.kind, &cursor)
      cursor.literal = literal
      cursor.state = .literal
    } else {
      throw unexpected(byte, .beginningOfValue, cursor)
    }
  }

  @inline(__always)
  private func beginString(_ state: ScanCursor.State, _ cursor: inout ScanCursor) {
    cursor.position &+= 1
    cursor.tokenStart = cursor.position
    cursor.hasEscapes = false
    cursor.state = state
  }

  @inline(__always)
  private mutating func openContainer(object: Bool, _ cursor: inout ScanCursor) throws(ScanError) {
    guard cursor.depth < limits.maximumDepth else {
      throw ScanError(problem: .limit(.depth, maximum: limits.maximumDepth), offset: cursor.position)
    }
    if cursor.depth == cursor.watchedDepth {
      watchInside(object: object, &cursor)
    }
    nesting.open(object: object, at: cursor.depth)
    cursor.depth &+= 1
    cursor.isInObject = object
    cursor.position &+= 1
    cursor.state = object ? .firstName : .firstElement
  }

  @inline(__always)
  private mutating func closeContainer(_ cursor: inout ScanCursor) {
    cursor.position &+= 1
    cursor.depth &-= 1
    cursor.isInObject = cursor.depth > 0 && nesting.isObject(at: cursor.depth &- 1)
    cursor.state = .afterValue
    if cursor.depth <= cursor.watchedDepth {
      endWatched(&cursor)
    }
  }

  @inline(__always)
  private mutating func endScalar(_ input: ScanInput, _ cursor: inout ScanCursor) {
    cursor.state = .afterValue
    if cursor.depth == cursor.watchedDepth {
      endWatched(&cursor)
      if cursor.state == .complete { return }
    }
    // Mostly a comma follows at once, and saves a turn.
    if cursor.position < input.end, input[cursor.position] == .comma {
      skipComma(&cursor)
    }
  }

  @inline(__always)
  private func skipComma(_ cursor: inout ScanCursor) {
    cursor.position &+= 1
    cursor.state = cursor.isInObject ? .name : .value
  }
}

// What is recorded: the message itself, its members, and the first element of params.
extension MessageScanner {
  /// Counts a value that begins, and records it when it is watched.
  @inline(__always)
  private mutating func note(_ kind: Envelope.Kind, _ cursor: inout ScanCursor) throws(ScanError) {
    cursor.values &+= 1
    guard cursor.values <= limits.maximumValues else {
      throw ScanError(problem: .limit(.values, maximum: limits.maximumValues), offset: cursor.position)
    }
    guard cursor.depth == cursor.watchedDepth else { return }
    if cursor.depth == 0, acceptance == .messages, kind != .object, kind != .null {
      throw ScanError(problem: .notAnObject, offset: cursor.position)
    }
    envelope.begin(kind, at: cursor.position, depth: cursor.depth, name: cursor.name)
  }

  /// Chooses what is recorded within a watched container.
  @inline(__always)
  private func watchInside(object: Bool, _ cursor: inout ScanCursor) {
    if cursor.depth == 0, object {
      cursor.watchedDepth = 1
    } else if cursor.depth == 1, !object, cursor.name == .params {
      cursor.watchedDepth = 2
    }
  }

  /// Records where a watched value ends.
  @inline(__always)
  private mutating func endWatched(_ cursor: inout ScanCursor) {
    envelope.end(
      at: cursor.position,
      depth: cursor.depth,
      name: cursor.name,
      hasEscapes: cursor.hasEscapes
    )
    if cursor.depth == 0 {
      cursor.watchedDepth = 0
      cursor.state = .complete
    } else {
      // Behind the first parameter only members are of interest.
      cursor.watchedDepth = 1
    }
  }

  private func unexpected(_ byte: UInt8, _ place: ScanError.Place, _ cursor: ScanCursor) -> ScanError {
    ScanError(problem: .unexpected(byte, place), offset: cursor.position)
  }
}

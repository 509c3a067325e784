import NIOCore

/// A value that is being encoded: the JSON so far, and the values around the one that is being written.
///
/// Values are encoded while the value around them is, so what is open is a stack, and the JSON of the innermost value is
/// the text's end. So are nested containers, as long as they are filled one inside the other. Codable also allows what
/// does not fit into that, such as containers that are filled in turns. The value that does so is made into a
/// ``NativeTree`` until it is complete.
final class NativeEncoding {
  // No two accesses to one of these properties can overlap: each begins and ends within a line of this folder. The
  // checks of that at run time cost a third of the encoding.

  /// The JSON.
  @exclusivity(unchecked) var text: NativeText

  /// The values that are being encoded; the outermost one only has the document in it.
  @exclusivity(unchecked) var values = OpenValues(OpenValue(serial: 0, depth: EncodingDepth(), start: 0))

  /// Numbers the values, so that a container that is used too late is told from others.
  @exclusivity(unchecked) private var serial = 0

  /// The names in the objects that are open.
  @exclusivity(unchecked) var names = NamesInUse()

  /// The hash for names, at hand: a global is looked at each time whether it is there already.
  let hash = NameHash.shared

  /// The type of which it was found out last that it has an `encode(to:)` and is no array, which takes long to find out.
  @exclusivity(unchecked) private var lastNested: Any.Type?

  /// The containers for objects.
  @exclusivity(unchecked) var containers = KeptContainers()

  /// The innermost value's tree, and the parts of it that have containers here, by their serial numbers.
  var tree: NativeTree?
  var parts: [Int: NativeTree] = [:]

  /// The first thing that went wrong where Codable lets nothing be thrown.
  private var failure: (any Error)?

  /// The part of a tree that is encoded here, or nil for a whole document.
  let origin: NativeTree?

  init(_ text: consuming NativeText, of origin: NativeTree? = nil) {
    self.text = text
    self.origin = origin
  }

  /// Encodes a value and appends it to a buffer.
  static func write(_ value: some Encodable, into output: inout ByteBuffer) throws {
    var encoding: NativeEncoding?
    // Most values fit into what a small buffer has.
    try output.writeWithUnsafeMutableBytes(minimumWritableBytes: 128) { room in
      let new = NativeEncoding(NativeText(lent: room))
      // A user's type can keep an encoder, and go on with it when all is over and the room is somebody else's.
      defer {
        new.containers.close()
        if !new.text.isOnItsOwn { new.text = NativeText() }
      }
      try new.encode(value)
      guard !new.text.isOnItsOwn else {
        encoding = new
        return 0
      }
      return new.text.count
    }
    _ = encoding?.text.withBytes { output.writeBytes($0) }
  }

  /// Encodes a part of a tree.
  static func bytes(of value: some Encodable, as part: NativeTree) throws -> [UInt8] {
    let encoding = NativeEncoding(NativeText(), of: part)
    defer { encoding.containers.close() }
    try encoding.encode(value)
    return encoding.text.withBytes { Array($0) }
  }

  private func encode(_ value: some Encodable) throws {
    do {
      try write(value, at: origin?.depth ?? EncodingDepth())
    } catch {
      throw failure ?? error
    }
    if let failure { throw failure }
  }

  /// Remembers an error for the end, if it is the first.
  func fail(_ error: @autoclosure () -> any Error) {
    failure = failure ?? error()
  }
}

// Values.
extension NativeEncoding {
  /// The innermost value.
  @inline(__always)
  var value: OpenValue {
    get { values.innermost }
    set { values.innermost = newValue }
  }

  /// Writes a value of one of the types below here, any other by its own `encode(to:)`.
  ///
  /// Metatypes are compared because a cast by name at run time costs more than all the rest.
  @inline(__always)
  func write<Value: Encodable>(_ value: Value, at depth: @autoclosure () -> EncodingDepth) throws {
    let type = Value.self
    if type == Int.self { return text.write(integer: unsafeBitCast(value, to: Int.self)) }
    if type == String.self { return text.write(string: unsafeBitCast(value, to: String.self)) }
    if type == Bool.self { return text.write(unsafeBitCast(value, to: Bool.self) ? "true" : "false") }
    if type == Double.self {
      guard text.write(real: unsafeBitCast(value, to: Double.self)) else { throw notANumber(value) }
      return
    }
    if type == Int64.self { return text.write(integer: unsafeBitCast(value, to: Int64.self)) }
    if type == UInt64.self { return text.write(integer: unsafeBitCast(value, to: UInt64.self)) }
    if type == Int32.self { return text.write(integer: unsafeBitCast(value, to: Int32.self)) }
    if type == UInt32.self { return text.write(integer: unsafeBitCast(value, to: UInt32.self)) }
    if type == Int16.self { return text.write(integer: unsafeBitCast(value, to: Int16.self)) }
    if type == UInt16.self { return text.write(integer: unsafeBitCast(value, to: UInt16.self)) }
    if type == Int8.self { return text.write(integer: unsafeBitCast(value, to: Int8.self)) }
    if type == UInt8.self { return text.write(integer: unsafeBitCast(value, to: UInt8.self)) }
    if type == UInt.self { return text.write(integer: unsafeBitCast(value, to: UInt.self)) }
    if type == Int128.self { return text.write(integer: unsafeBitCast(value, to: Int128.self)) }
    if type == UInt128.self { return text.write(integer: unsafeBitCast(value, to: UInt128.self)) }
    if type == Float.self {
      guard text.write(real: unsafeBitCast(value, to: Float.self)) else { throw notANumber(value) }
      return
    }
    if try writeFoundation(value) { return }
    try writeNested(value, at: depth())
  }

  /// Writes an element of an array, which mostly is of the same type as the one before.
  @inline(__always)
  func writeElement<Value: Encodable>(_ element: Value, at depth: @autoclosure () -> EncodingDepth) throws {
    if Value.self == lastNested {
      try writeNested(element, at: depth())
    } else {
      try write(element, at: depth())
    }
  }

  /// Writes a value by its own `encode(to:)`.
  private func writeNested<Value: Encodable>(_ value: Value, at depth: EncodingDepth) throws {
    let inside = depth.insideCall
    guard !inside.isTooDeep else { throw EncodingDepth.error(for: value, at: codingPath) }
    let serial = enter(at: inside)
    do {
      if let array = array(value) {
        open(.array, of: serial)
        try array.encodeElements(to: self, of: serial)
      } else {
        try value.encode(to: NativeEncoder(encoding: self, serial: serial))
      }
    } catch {
      // There may be nested containers that have been begun in it.
      while self.value.serial != serial { leave() }
      leave()
      throw error
    }
    while self.value.serial != serial {
      writeEnd()
      leave()
    }
    guard self.value.content != .nothing || values.count > 2 || origin != nil else {
      defer { leave() }
      throw invalid(value, "The value did not encode anything.")
    }
    writeEnd()
    leave()
  }

  /// The value as an array, if it is one.
  @inline(__always)
  private func array<Value: Encodable>(_ value: Value) -> (any NativeEncodableArray)? {
    guard Value.self != lastNested else { return nil }
    if mayBeArray(Value.self), let array = value as? any NativeEncodableArray { return array }
    lastNested = Value.self
    return nil
  }

  /// Begins the value that becomes the innermost one.
  @inline(__always)
  func enter(at depth: EncodingDepth, asNested isNested: Bool = false) -> Int {
    serial &+= 1
    values.push(OpenValue(serial: serial, depth: depth, start: text.count, isNested: isNested))
    return serial
  }

  /// Goes back to the value around the innermost one.
  @inline(__always)
  func leave() {
    if value.content == .object { names.remove(from: value.firstName) }
    if value.content == .tree { (tree, parts) = (nil, [:]) }
    values.pop()
  }

  /// Writes what the innermost value lacks to be complete.
  @inline(__always)
  func writeEnd() {
    switch value.content {
    case .object: text.write(.closeBrace)
    case .array: text.write(.closeBracket)
    case .scalar: break
    case .tree: tree?.write(to: &text)
    case .nothing: text.write("{}")
    }
  }

  func notANumber(_ value: Any) -> EncodingError {
    ValueErrors.notANumber(value, at: codingPath)
  }

  /// The error for a value that is about to be written.
  func invalid(_ value: Any, _ description: String) -> EncodingError {
    .invalidValue(value, EncodingError.Context(codingPath: codingPath, debugDescription: description))
  }
}

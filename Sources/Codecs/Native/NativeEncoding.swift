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

  /// The innermost value that is being encoded, and those around it.
  @exclusivity(unchecked) private var value = OpenValue(serial: 0, depth: EncodingDepth(), start: 0)
  @exclusivity(unchecked) private var around: ContiguousArray<OpenValue> = []

  /// Numbers the values, so that a container that is used too late is told from others.
  @exclusivity(unchecked) private var serial = 0

  /// The names in the objects that are open.
  @exclusivity(unchecked) private var names = NamesInUse()

  /// The innermost value's tree, and the parts of it that have containers here, by their serial numbers.
  private var tree: NativeTree?
  private var parts: [Int: NativeTree] = [:]

  /// The first thing that went wrong where Codable lets nothing be thrown.
  private var failure: (any Error)?

  /// The part of a tree that is encoded here, or nil for a whole document.
  private let origin: NativeTree?

  private init(_ text: consuming NativeText, of origin: NativeTree? = nil) {
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
      defer { if !new.text.isOnItsOwn { new.text = NativeText() } }
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
    try encoding.encode(value)
    return encoding.text.withBytes { Array($0) }
  }

  private func encode(_ value: some Encodable) throws {
    try write(value, at: origin?.depth ?? EncodingDepth())
    if let failure { throw failure }
  }

  /// Remembers an error for the end.
  func fail(_ error: any Error) {
    failure = failure ?? error
  }
}

// Values.
extension NativeEncoding {
  /// Writes a value of one of the types below here, any other by its own `encode(to:)`.
  ///
  /// Metatypes are compared because a cast by name at run time costs more than all the rest.
  @inline(__always)
  private func write<Value: Encodable>(_ value: Value, at depth: @autoclosure () -> EncodingDepth) throws {
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
    #if canImport(Foundation)
      if try writeFoundation(value) { return }
    #endif
    try writeNested(value, at: depth())
  }

  /// Writes a value by its own `encode(to:)`.
  private func writeNested(_ value: some Encodable, at depth: EncodingDepth) throws {
    let inside = depth.insideCall
    guard !inside.isTooDeep else { throw EncodingDepth.error(for: value, at: codingPath) }
    let serial = enter(at: inside)
    defer {
      // When it has thrown, there may be nested containers that have been begun in it.
      while self.value.serial != serial { leave() }
      leave()
    }
    try value.encode(to: NativeEncoder(encoding: self, serial: serial))
    while self.value.serial != serial {
      writeEnd()
      leave()
    }
    guard self.value.content != .nothing || around.count > 1 || origin != nil else {
      throw invalid(value, "The value did not encode anything.")
    }
    writeEnd()
  }

  /// Begins the value that becomes the innermost one.
  @inline(__always)
  private func enter(at depth: EncodingDepth, asNested isNested: Bool = false) -> Int {
    around.append(value)
    serial &+= 1
    value = OpenValue(serial: serial, depth: depth, start: text.count, isNested: isNested)
    return serial
  }

  /// Goes back to the value around the innermost one.
  @inline(__always)
  private func leave() {
    if value.content == .object { names.remove(from: value.firstName) }
    if value.content == .tree { (tree, parts) = (nil, [:]) }
    if let last = around.popLast() { value = last }
  }

  /// Writes what the innermost value lacks to be complete.
  @inline(__always)
  private func writeEnd() {
    switch value.content {
    case .object: text.write(.closeBrace)
    case .array: text.write(.closeBracket)
    case .scalar: break
    case .tree: tree?.write(to: &text)
    case .nothing: text.write("{}")
    }
  }

  func notANumber(_ value: Any) -> EncodingError {
    invalid(value, "JSON has no number for it.")
  }

  /// The error for a value that is about to be written.
  func invalid(_ value: Any, _ description: String) -> EncodingError {
    .invalidValue(value, EncodingError.Context(codingPath: codingPath, debugDescription: description))
  }
}

// Containers. Their methods are called for the value with a serial number, which should be the innermost one.
extension NativeEncoding {
  /// Begins a value's container, unless it is there already: a class and its superclass may share it.
  @inline(__always)
  func open(_ content: OpenValue.Content, of serial: Int) {
    guard value.serial == serial, value.content == .nothing else { return reopen(content, of: serial) }
    guard !value.depth.insideContainer.isTooDeep else {
      return fail(EncodingDepth.error(for: NativeEncoder.self, at: codingPath))
    }
    text.write(content == .object ? .openBrace : .openBracket)
    value.content = content
    value.firstName = names.count
  }

  private func reopen(_ content: OpenValue.Content, of serial: Int) {
    if openValue(serial)?.content == content { return }
    if let tree = tree(of: serial) { return tree.open(content) }
    fail(conflict(serial))
  }

  /// Encodes a member of an object.
  @inline(__always)
  func encode<Value: Encodable>(_ member: Value, forKey key: some CodingKey, of serial: Int) throws {
    let start = text.count
    guard value.serial == serial, value.content == .object, beginMember(key.stringValue) else {
      return try treeOrConflict(.object, serial).encode(member, forKey: key)
    }
    do {
      try write(member, at: value.depth.insideContainer)
    } catch {
      throw takeBack(to: start, error)
    }
  }

  /// Encodes an element of an array.
  @inline(__always)
  func encode<Value: Encodable>(_ element: Value, of serial: Int) throws {
    let start = text.count
    guard value.serial == serial, value.content == .array else {
      return try treeOrConflict(.array, serial).append(element)
    }
    beginElement()
    do {
      try write(element, at: value.depth.insideContainer)
    } catch {
      throw takeBack(to: start, error)
    }
  }

  func encodeNil(forKey key: some CodingKey, of serial: Int) throws {
    guard value.serial == serial, value.content == .object, beginMember(key.stringValue) else {
      return try treeOrConflict(.object, serial).encode(Never?.none, forKey: key)
    }
    text.write("null")
  }

  func encodeNil(of serial: Int) throws {
    guard value.serial == serial, value.content == .array else {
      return try treeOrConflict(.array, serial).append(Never?.none)
    }
    beginElement()
    text.write("null")
  }

  /// Encodes the one value as which a type encodes itself.
  ///
  /// It takes the place of an earlier one.
  @inline(__always)
  func encodeReplacement<Value: Encodable>(_ replacement: Value, of serial: Int) throws {
    guard value.serial == serial else { return try part(serial).replace(by: replacement) }
    try beginReplacement()
    do {
      try write(replacement, at: value.depth)
    } catch {
      text.truncate(to: value.start)
      throw error
    }
    value.content = .scalar
  }

  func encodeNilReplacement(of serial: Int) throws {
    guard value.serial == serial else { return try part(serial).replace(by: Never?.none) }
    try beginReplacement()
    text.write("null")
    value.content = .scalar
  }

  /// Begins a member that is a nested container, or a superclass's part.
  ///
  /// A nested container that is there already is gone on with.
  func nestedEncoder(
    forKey key: some CodingKey,
    of serial: Int,
    ofSuperclass isNew: Bool = false
  ) -> any Encoder {
    if value.serial == serial, value.content == .object, beginMember(key.stringValue) {
      return NativeEncoder(encoding: self, serial: enter(at: value.depth.insideContainer, asNested: true))
    }
    let tree = treeOrFailure(.object, serial)
    return isNew ? tree.newPart(forKey: key).encoder : tree.part(forKey: key).encoder
  }

  /// Begins an element that is a nested container, or a superclass's part.
  func nestedEncoder(of serial: Int) -> any Encoder {
    guard value.serial == serial, value.content == .array else {
      return treeOrFailure(.array, serial).newElement().encoder
    }
    beginElement()
    return NativeEncoder(encoding: self, serial: enter(at: value.depth.insideContainer, asNested: true))
  }

  /// How many elements an array has.
  func count(of serial: Int) -> Int {
    if let part = parts[serial] { return part.count }
    guard let value = openValue(serial) else { return 0 }
    return value.content == .tree ? tree?.count ?? 0 : value.count
  }

  /// Writes what stands before a member's value.
  ///
  /// - Returns: False, and writes nothing, when the object may have such a member already.
  @inline(__always)
  private func beginMember(_ name: String) -> Bool {
    var name = name
    return name.withUTF8 { name in
      let name = UnsafeRawBufferPointer(name)
      guard names.insert(NameHash.shared(name), from: value.firstName) else { return false }
      if value.count > 0 { text.write(.comma) }
      value.count &+= 1
      value.lastName = text.count
      text.write(string: name)
      text.write(.colon)
      return true
    }
  }

  @inline(__always)
  private func beginElement() {
    if value.count > 0 { text.write(.comma) }
    value.count &+= 1
  }

  private func beginReplacement() throws {
    if value.content == .scalar {
      text.truncate(to: value.start)
      value.content = .nothing
    }
    guard value.content == .nothing else { throw conflict(value.serial) }
  }

  /// Undoes the beginning of a member or an element whose value cannot be written.
  private func takeBack(to start: Int, _ error: any Error) -> any Error {
    text.truncate(to: start)
    value.count &-= 1
    return error
  }
}

// What does not fit into the stack.
extension NativeEncoding {
  /// The value with a serial number, if it is open.
  private func openValue(_ serial: Int) -> OpenValue? {
    value.serial == serial ? value : around.last { $0.serial == serial }
  }

  /// The tree of a value or a nested container, for what cannot be written at the text's end.
  private func treeOrConflict(_ content: OpenValue.Content, _ serial: Int) throws -> NativeTree {
    if tree(of: serial) == nil, isInReach(serial), openValue(serial)?.content == content { try makeTree() }
    guard let tree = tree(of: serial), tree.isContainer(content) else { throw conflict(serial) }
    return tree
  }

  /// The same, where Codable lets nothing be thrown: what is encoded into a tree that nobody has is lost.
  private func treeOrFailure(_ content: OpenValue.Content, _ serial: Int) -> NativeTree {
    do {
      return try treeOrConflict(content, serial)
    } catch {
      fail(error)
      return NativeTree(depth: EncodingDepth())
    }
  }

  /// The tree that a value or a nested container has been made.
  private func tree(of serial: Int) -> NativeTree? {
    if let part = parts[serial] { return part }
    return value.serial == serial && value.content == .tree ? tree : nil
  }

  /// The same, for the value as which another one encodes itself.
  private func part(_ serial: Int) throws -> NativeTree {
    guard let tree = tree(of: serial) else { throw conflict(serial) }
    return tree
  }

  /// Whether nothing but nested containers of its own are in a value's way.
  private func isInReach(_ serial: Int) -> Bool {
    var values = around
    values.append(value)
    while let last = values.popLast() {
      if last.serial == serial { return true }
      guard last.isNested else { return false }
    }
    return false
  }

  /// Makes the innermost value that is no nested container a tree, and with it the nested containers in it.
  private func makeTree() throws {
    var nested: [OpenValue] = []
    while value.isNested {
      nested.append(value)
      writeEnd()
      leave()
    }
    writeEnd()
    let tree = NativeTree(of: self, serial: value.serial, depth: value.depth)
    try text.withBytes { try tree.take(UnsafeRawBufferPointer(rebasing: $0[value.start...])) }
    // Each of the nested containers is the last part of what is around it.
    var last = tree
    for container in nested.reversed() {
      last = try last.reopenLastPart(as: container.content)
      parts[container.serial] = last
    }
    if value.content == .object { names.remove(from: value.firstName) }
    text.truncate(to: value.start)
    value.content = .tree
    self.tree = tree
  }

  private func conflict(_ serial: Int) -> EncodingError {
    // The value is not known here. The encoder would do for it, but the error may be kept by what the encoder keeps.
    .invalidValue(
      NativeEncoder.self,
      EncodingError.Context(
        codingPath: codingPath(of: serial),
        debugDescription: Self.conflict
      )
    )
  }

  static let conflict =
    "A value can encode itself into one container only, and not while a value in it is being encoded."
}

// Where values are. It is asked for only when something is wrong, and the names can be read in the text.
extension NativeEncoding {
  /// The way to the value that is about to be written.
  var codingPath: [any CodingKey] {
    path(through: around[...] + [value])
  }

  /// The way to an open value, or none to one that is complete.
  func codingPath(of serial: Int) -> [any CodingKey] {
    if let part = parts[serial] { return part.codingPath }
    if value.serial == serial { return path(through: around[...]) }
    guard let index = around.firstIndex(where: { $0.serial == serial }) else { return [] }
    return path(through: around[..<index])
  }

  private func path(through values: ArraySlice<OpenValue>) -> [any CodingKey] {
    (origin?.codingPath ?? []) + values.compactMap(lastKey)
  }

  /// The key of the member or the element that was begun last.
  private func lastKey(of value: OpenValue) -> (any CodingKey)? {
    switch value.content {
    case .array where value.count > 0: return PositionKey.element(value.count - 1)
    case .object where value.count > 0:
      return text.withBytes { bytes in
        let name = value.lastName + 1..<JSONBytes.endOfString(in: bytes, from: value.lastName)
        return PositionKey.member(String(unescaping: UnsafeRawBufferPointer(rebasing: bytes[name])))
      }
    default: return nil
    }
  }
}

/// A value whose `encode(to:)` has been called and has not returned, or a nested container in it.
struct OpenValue: BitwiseCopyable {
  /// What it has encoded so far.
  enum Content {
    case nothing
    /// A single value, complete.
    case scalar
    case object
    case array
    /// An object or an array that is not in the text.
    case tree
  }

  let serial: Int
  let depth: EncodingDepth

  /// Where in the text it begins.
  let start: Int

  /// Whether it is a nested container, or a superclass's part.
  let isNested: Bool

  var content = Content.nothing

  /// How many members or elements have been begun.
  var count = 0

  /// Where in the text the last member's name begins, with its quote.
  var lastName = 0

  /// Where in the names in use its own begin.
  var firstName = 0

  init(serial: Int, depth: EncodingDepth, start: Int, isNested: Bool = false) {
    self.isNested = isNested
    self.serial = serial
    self.depth = depth
    self.start = start
  }
}

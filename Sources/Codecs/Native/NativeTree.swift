/// A value that is encoded in no particular order, in parts that are put together when it is complete.
///
/// The innermost value of an encoding becomes one when it goes on while a nested container of it is open, or encodes a
/// member again: its containers can then be filled in turns. What is encoded into them as a whole is text again.
final class NativeTree {
  private enum Content {
    /// Nothing yet, which is written as an empty object.
    case nothing
    case text([UInt8])
    case object
    case array
  }

  private var content = Content.nothing

  /// The elements or members.
  private var parts: [NativeTree] = []

  /// Where the members are, by their names' UTF-8.
  private var indices: [[UInt8]: Int] = [:]

  /// How deep the value lies.
  let depth: EncodingDepth

  /// The tree that this is a part of, and its key there; nil at the top, and for one that nobody will write.
  ///
  /// Weak, because the tree holds its parts.
  private weak var parent: NativeTree?
  private let key: PositionKey?

  /// The encoding, and the value's number there; nil for one that nobody will write.
  private let encoding: NativeEncoding?
  private let serial: Int

  /// Makes the tree of an encoding's innermost value, of which this text has been written.
  init(of encoding: NativeEncoding, serial: Int, depth: EncodingDepth, text: [UInt8]) {
    content = .text(text)
    self.encoding = encoding
    self.serial = serial
    self.depth = depth
    (parent, key) = (nil, nil)
  }

  /// Makes a tree that nobody will write.
  init(depth: EncodingDepth) {
    self.depth = depth
    (parent, key, encoding, serial) = (nil, nil, nil, 0)
  }

  private init(in parent: NativeTree, at key: PositionKey) {
    self.parent = parent
    self.key = key
    encoding = parent.encoding
    serial = parent.serial
    depth = parent.depth.insideContainer
  }

  var codingPath: [any CodingKey] {
    if let parent, let key { return parent.codingPath + [key] }
    return encoding?.codingPath(of: serial) ?? []
  }

  var encoder: NativeTreeEncoder { NativeTreeEncoder(tree: self) }

  /// How many elements or members there are.
  var count: Int { parts.count }

  /// Whether it is an object or an array, whichever is asked.
  func isContainer(_ container: OpenValue.Content) -> Bool {
    switch content {
    case .object: container == .object
    case .array: container == .array
    case .nothing, .text: false
    }
  }

  /// Takes the members or elements of a container that was written as text.
  ///
  /// - Parameter json: The text, complete.
  /// - Throws: What is wrong with it, which is nothing.
  private func take(_ json: UnsafeRawBufferPointer) throws(ScanError) {
    let index = try JSONIndex(json)
    let isObject = index.entries[0].kind == .object
    content = isObject ? .object : .array
    var entry = 1
    while entry < index.entries.count {
      var key = PositionKey.element(count)
      if isObject {
        let start = Int(index.entries[entry].start)
        let name = UnsafeRawBufferPointer(rebasing: json[start..<start + Int(index.entries[entry].size)])
        key = .member(String(unescaping: name))
        entry += 1
      }
      let next = Int(index.entries[entry].link)
      // Behind the value are a comma or the last bracket.
      let end = next < index.entries.count ? index.entries[next].textStart - 1 : json.count - 1
      let part = NativeTree(in: self, at: key)
      part.content = .text(Array(json[index.entries[entry].textStart..<end]))
      set(part)
      entry = next
    }
  }

  /// The last part.
  var lastPart: NativeTree { parts[parts.count - 1] }

  /// Makes the value, of which only the text was taken, again what it had encoded of itself.
  func reopen(as content: OpenValue.Content) {
    switch content {
    case .nothing: self.content = .nothing
    case .object, .array: open(content)
    case .scalar, .tree: break
    }
  }

  /// Writes the value.
  func write(to text: inout NativeText) {
    switch content {
    case .nothing: text.write("{}")
    case .text(let bytes): bytes.withUnsafeBytes { text.write($0) }
    case .array:
      text.write(.openBracket)
      for (index, part) in parts.enumerated() {
        if index > 0 { text.write(.comma) }
        part.write(to: &text)
      }
      text.write(.closeBracket)
    case .object:
      text.write(.openBrace)
      for (index, part) in parts.enumerated() {
        if index > 0 { text.write(.comma) }
        text.write(string: part.key?.stringValue ?? "")
        text.write(.colon)
        part.write(to: &text)
      }
      text.write(.closeBrace)
    }
  }
}

// What containers do.
extension NativeTree {
  /// Makes the value an empty container, unless it is one already: one that was encoded as a whole is gone on with.
  func open(_ container: OpenValue.Content) {
    let bracket: UInt8 = container == .object ? .openBrace : .openBracket
    switch content {
    case .nothing:
      content = container == .object ? .object : .array
    case .text(let bytes) where bytes.first == bracket:
      do { try bytes.withUnsafeBytes(take) } catch { encoding?.fail(error) }
    case .text, .object, .array:
      if !isContainer(container) { encoding?.fail(conflict()) }
    }
  }

  /// Encodes a member, in the place of one with the same name.
  func encode(_ value: some Encodable, forKey key: some CodingKey) throws {
    guard isContainer(.object) else { throw conflict() }
    let part = NativeTree(in: self, at: .member(key.stringValue))
    try part.replace(by: value)
    set(part)
  }

  /// Encodes an element behind the others.
  func append(_ value: some Encodable) throws {
    guard isContainer(.array) else { throw conflict() }
    let part = NativeTree(in: self, at: .element(count))
    try part.replace(by: value)
    set(part)
  }

  /// Encodes the one value as which this encodes itself.
  func replace(by value: some Encodable) throws {
    guard !isContainer(.object), !isContainer(.array) else { throw conflict() }
    content = .text(try NativeEncoding.bytes(of: value, as: self))
  }

  /// The member for a nested container.
  ///
  /// If it is there already, it is gone on with.
  func part(forKey key: some CodingKey) -> NativeTree {
    if let index = indices[Array(key.stringValue.utf8)] { return parts[index] }
    return newPart(at: .member(key.stringValue))
  }

  /// A new member, in the place of one with the same name.
  func newPart(forKey key: some CodingKey) -> NativeTree {
    newPart(at: .member(key.stringValue))
  }

  /// A new element, behind the others.
  func newElement() -> NativeTree {
    newPart(at: .element(count))
  }

  private func newPart(at key: PositionKey) -> NativeTree {
    let part = NativeTree(in: self, at: key)
    guard !part.depth.isTooDeep else {
      encoding?.fail(EncodingDepth.error(for: NativeTree.self, at: part.codingPath))
      // Parts that led to their parents without end could not be released either.
      return NativeTree(depth: depth)
    }
    set(part)
    return part
  }

  private func set(_ part: NativeTree) {
    guard case .member(let name) = part.key else { parts.append(part); return }
    if let index = indices.updateValue(parts.count, forKey: Array(name.utf8)) {
      indices[Array(name.utf8)] = index
      parts[index] = part
    } else {
      parts.append(part)
    }
  }

  private func conflict() -> EncodingError {
    .invalidValue(
      NativeTree.self,
      EncodingError.Context(codingPath: codingPath, debugDescription: NativeEncoding.conflict)
    )
  }
}

extension JSONIndex.Entry {
  /// Where the value or name begins, a string with its quote.
  fileprivate var textStart: Int { Int(start) - (kind == .string ? 1 : 0) }
}

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
    // The single value may be such a container.
    if value.serial == serial, value.content == .scalar { makeTree() }
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
      try writeElement(element, at: value.depth.insideContainer)
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
  private func beginMember(_ name: consuming String) -> Bool {
    name.withUTF8 { name in
      let name = UnsafeRawBufferPointer(name)
      var bits = value.nameBits
      guard names.insert(hash(name), from: value.firstName, bits: &bits) else { return false }
      value.nameBits = bits
      let isFirst = value.count == 0
      value.count &+= 1
      value.lastName = isFirst ? text.count : text.count &+ 1
      text.write(name: name, afterComma: !isFirst)
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

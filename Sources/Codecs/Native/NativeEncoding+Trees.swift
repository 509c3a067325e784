// What does not fit into the stack.
extension NativeEncoding {
  /// The value with a serial number, if it is open.
  func openValue(_ serial: Int) -> OpenValue? {
    value.serial == serial ? value : values.all.last { $0.serial == serial }
  }

  /// The tree of a value or a nested container, for what cannot be written at the text's end.
  func treeOrConflict(_ content: OpenValue.Content, _ serial: Int) throws -> NativeTree {
    if tree(of: serial) == nil, isInReach(serial), openValue(serial)?.content == content { makeTree() }
    guard let tree = tree(of: serial), tree.isContainer(content) else { throw conflict(serial) }
    return tree
  }

  /// The same, where Codable lets nothing be thrown: what is encoded into a tree that nobody has is lost.
  func treeOrFailure(_ content: OpenValue.Content, _ serial: Int) -> NativeTree {
    do {
      return try treeOrConflict(content, serial)
    } catch {
      fail(error)
      return NativeTree(depth: EncodingDepth())
    }
  }

  /// The tree that a value or a nested container has been made.
  func tree(of serial: Int) -> NativeTree? {
    if let part = parts[serial] { return part }
    return value.serial == serial && value.content == .tree ? tree : nil
  }

  /// The same, for the value as which another one encodes itself.
  func part(_ serial: Int) throws -> NativeTree {
    guard let tree = tree(of: serial) else { throw conflict(serial) }
    return tree
  }

  /// Whether nothing but nested containers of its own are in a value's way.
  private func isInReach(_ serial: Int) -> Bool {
    for value in values.all.reversed() {
      if value.serial == serial { return true }
      guard value.isNested else { return false }
    }
    return false
  }

  /// Makes the innermost value that is no nested container a tree, and with it the nested containers in it.
  func makeTree() {
    var nested: [OpenValue] = []
    while value.isNested {
      nested.append(value)
      writeEnd()
      leave()
    }
    writeEnd()
    let written = text.withBytes { Array($0[value.start...]) }
    let tree = NativeTree(of: self, serial: value.serial, depth: value.depth, text: written)
    tree.reopen(as: value.content)
    // Each of the nested containers is the last part of what is around it.
    var last = tree
    for container in nested.reversed() {
      last = last.lastPart
      last.reopen(as: container.content)
      parts[container.serial] = last
    }
    if value.content == .object { names.remove(from: value.firstName) }
    text.truncate(to: value.start)
    value.content = .tree
    self.tree = tree
  }

  func conflict(_ serial: Int) -> EncodingError {
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

/// Finds the members of a large object by name: a hash table of the entries of their names.
struct MemberTable {
  /// The entries; 0, which is no name's, is an empty slot.
  private var slots: [UInt32]

  /// Makes the table of an object's members.
  ///
  /// Of several with one name it has the last.
  init(of object: Int, in document: NativeDocument) {
    let entry = document[object]
    slots = Array(repeating: 0, count: (Int(entry.size) * 2).nextPowerOfTwo)
    var name = object + 1
    while name < entry.link {
      let bytes = document.bytes(of: document[name])
      let slot =
        document[name].hasEscapes
        ? Array(JSONStringReader(bytes.assumingMemoryBound(to: UInt8.self)))
          .withUnsafeBytes { self.slot(of: $0, hash: document[name].link, in: document) }
        : self.slot(of: bytes, hash: document[name].link, in: document)
      slots[slot] = UInt32(truncatingIfNeeded: name)
      name = Int(document[name + 1].link)
    }
  }

  /// The entry of the value that a name has, or nil when the object has no such member.
  func member(_ name: UnsafeRawBufferPointer, in document: NativeDocument) -> Int? {
    let hash = UInt32(truncatingIfNeeded: NameHash.shared(name))
    let found = slots[slot(of: name, hash: hash, in: document)]
    return found == 0 ? nil : Int(found) + 1
  }

  /// The slot that has the name, or the empty one where it belongs.
  private func slot(of name: UnsafeRawBufferPointer, hash: UInt32, in document: NativeDocument) -> Int {
    let mask = slots.count - 1
    var slot = Int(hash) & mask
    while slots[slot] != 0 {
      let other = Int(slots[slot])
      if document[other].link == hash, document.isName(other, name) { break }
      slot = (slot + 1) & mask
    }
    return slot
  }
}

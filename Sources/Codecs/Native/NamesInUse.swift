/// The names of the members that the open objects have, by their hashes: the innermost object's are the last ones.
///
/// An object whose names are compared costs nothing to open. One that has many gets a table.
struct NamesInUse {
  /// The first ones, of which most documents have no more, are stored in place.
  private var first = InlineArray<16, UInt64>(repeating: 0)
  private var others: ContiguousArray<UInt64> = []

  /// How many there are: where the next object's names begin.
  private(set) var count = 0

  /// The tables of the large objects, the innermost one's last.
  private var tables: [Table] = []

  /// Up to this number, names are compared one by one.
  private static let largestWithoutTable = 16

  /// Adds a name to the innermost object.
  ///
  /// - Parameters:
  ///   - hash: The name's hash.
  ///   - start: Where the object's names begin.
  ///   - bits: One of 64 bits for each of the object's names, for this to look at and to set; 0 before the first one.
  /// - Returns: Whether the object certainly had no such name.
  @inline(__always)
  mutating func insert(_ hash: UInt64, from start: Int, bits: inout UInt64) -> Bool {
    guard count &- start < Self.largestWithoutTable else { return insertIntoTable(hash, from: start) }
    // A name whose bit is not set is none of the others, which need not be looked at.
    let bit = 1 &<< (hash & 63)
    if bits & bit != 0 {
      for index in start..<count where self[index] == hash { return false }
    }
    bits |= bit
    append(hash)
    return true
  }

  /// Forgets the innermost object's names.
  @inline(__always)
  mutating func remove(from start: Int) {
    if count &- start > Self.largestWithoutTable { tables.removeLast() }
    count = start
  }

  @inline(__always)
  private subscript(index: Int) -> UInt64 {
    index < first.count ? first[index] : others[index &- first.count]
  }

  @inline(__always)
  private mutating func append(_ hash: UInt64) {
    if count < first.count {
      first[count] = hash
    } else if count &- first.count < others.count {
      others[count &- first.count] = hash
    } else {
      others.append(hash)
    }
    count &+= 1
  }

  private mutating func insertIntoTable(_ hash: UInt64, from start: Int) -> Bool {
    if count - start == Self.largestWithoutTable {
      var table = Table()
      for index in start..<count { _ = table.insert(self[index]) }
      guard table.insert(hash) else { return false }
      tables.append(table)
    } else {
      guard tables[tables.count - 1].insert(hash) else { return false }
    }
    append(hash)
    return true
  }

  /// A set of hashes.
  private struct Table {
    /// The hashes; 0 is an empty slot, and at least half of them are.
    private var slots = Array(repeating: UInt64.zero, count: 64)
    private var count = 0

    mutating func insert(_ hash: UInt64) -> Bool {
      let hash = max(hash, 1)
      let slot = slot(of: hash)
      guard slots[slot] == 0 else { return false }
      slots[slot] = hash
      count += 1
      if count * 2 > slots.count { grow() }
      return true
    }

    private func slot(of hash: UInt64) -> Int {
      let mask = slots.count - 1
      var slot = Int(truncatingIfNeeded: hash) & mask
      while slots[slot] != 0, slots[slot] != hash { slot = (slot + 1) & mask }
      return slot
    }

    private mutating func grow() {
      let old = slots
      slots = Array(repeating: 0, count: 2 * old.count)
      for hash in old where hash != 0 { slots[slot(of: hash)] = hash }
    }
  }
}

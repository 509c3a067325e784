import RPCKit

/// A document that is being decoded: its bytes, where the values lie in them, and how far it has been read.
///
/// The bytes are lent to it. Whatever a user's type keeps of the decoding when that is over gets a copy of them.
final class NativeDocument {
  let index: JSONIndex

  // No two accesses to one of the properties below can overlap: each begins and ends within a line of this folder.

  /// The document's bytes.
  ///
  /// They are those that ``index`` was made of, so its entries lie within them.
  @exclusivity(unchecked) private var bytes: UnsafeRawBufferPointer

  /// The bytes that are not lent.
  @exclusivity(unchecked) private var copy: UnsafeMutableRawBufferPointer?

  /// The object that was read last, and the name of its member that is probably wanted next.
  @exclusivity(unchecked) private var lastObject = -1
  @exclusivity(unchecked) private var expectedName = 0

  /// The containers for objects.
  @exclusivity(unchecked) var containers = KeptContainers()

  /// The tables of large objects whose members are not read in order.
  @exclusivity(unchecked) private var tables: [Int: MemberTable] = [:]

  /// Where the values are, for errors.
  @exclusivity(unchecked) private var places: JSONPlaces?

  /// The way to the document, when it is a part of another one.
  private let prefix: [any CodingKey]

  private init(_ bytes: UnsafeRawBufferPointer, at prefix: [any CodingKey]) throws(ScanError) {
    self.index = try JSONIndex(bytes)
    self.bytes = bytes
    self.prefix = prefix
  }

  deinit {
    copy?.deallocate()
  }

  /// Decodes a document.
  ///
  /// - Parameters:
  ///   - type: What to decode.
  ///   - bytes: The document.
  /// - Returns: The value.
  /// - Throws: A `DecodingError` when the bytes are not one JSON value, or are nested too deep, or are no such value;
  ///   or what the type's `init(from:)` throws.
  static func decode<Value: Decodable>(_ type: Value.Type, from bytes: UnsafeRawBufferPointer) throws -> Value
  {
    var document: NativeDocument
    do throws(ScanError) {
      document = try NativeDocument(bytes, at: [])
    } catch {
      throw error.decodingError()
    }
    defer {
      document.containers.close()
      if !isKnownUniquelyReferenced(&document) { document.keepBytes() }
    }
    return try document.decode(type, at: 0)
  }

  /// A document that is null, in the place of a value that is missing.
  static func null(at path: [any CodingKey]) throws -> NativeDocument {
    do throws(ScanError) {
      let spelling = JSONKind.null.spelling
      // The spelling is there as long as the program.
      let bytes = UnsafeRawBufferPointer(start: spelling.utf8Start, count: spelling.utf8CodeUnitCount)
      return try NativeDocument(bytes, at: path)
    } catch {
      throw error.decodingError()
    }
  }

  private func keepBytes() {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
    copy.copyMemory(from: bytes)
    self.copy = copy
    bytes = UnsafeRawBufferPointer(copy)
  }

  /// How many bytes the document has.
  var byteCount: Int { bytes.count }

  /// A value's or a name's entry.
  @inline(__always)
  subscript(entry: Int) -> JSONIndex.Entry { index.entries[entry] }

  /// The bytes of a scalar or a name, a string's without its quotes.
  @inline(__always)
  func bytes(of entry: JSONIndex.Entry) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[Int(entry.start)..<Int(entry.start) &+ Int(entry.size)])
  }

  /// What a string or a name stands for, its escapes resolved.
  @inline(__always)
  func text(of entry: JSONIndex.Entry) -> String {
    let bytes = bytes(of: entry)
    return entry.hasEscapes ? String(unescaping: bytes) : String(copying: bytes)
  }
}

// Looking for members.
//
// Most types read an object's members in the order in which they stand there. So the next one is looked at first.
extension NativeDocument {
  /// Prepares to read an object's members.
  @inline(__always)
  func begin(_ object: Int) {
    lastObject = object
    expectedName = object &+ 1
  }

  /// Notes that a member has been read.
  @inline(__always)
  func end(_ member: Int, of object: Int) {
    lastObject = object
    expectedName = Int(self[member].link)
  }

  /// Finds a member.
  ///
  /// Of several with the name it is the last one.
  ///
  /// - Parameters:
  ///   - name: Its name.
  ///   - object: The object's entry.
  /// - Returns: The entry of the member's value, or nil when there is none.
  @inline(__always)
  func member(_ name: consuming String, of object: Int) -> Int? {
    name.withUTF8 { name in
      let name = UnsafeRawBufferPointer(name)
      let entry = self[object]
      if lastObject == object, expectedName < entry.link, !entry.mayRepeatNames,
        isName(expectedName, name)
      {
        return expectedName &+ 1
      }
      return find(name, in: object)
    }
  }

  /// Calls a function with the entry of each name that an object's members have.
  @inline(__always)
  func forEachName(of object: Int, _ body: (Int) -> Void) {
    let entry = self[object]
    var name = object + 1
    while name < entry.link {
      // Of several members with one name, the last one has it.
      if !entry.mayRepeatNames || member(text(of: self[name]), of: object) == name + 1 { body(name) }
      name = Int(self[name + 1].link)
    }
  }

  /// Up to this size an object is looked through, which is faster than to make a table of it.
  private static let largestWithoutTable = 16

  private func find(_ name: UnsafeRawBufferPointer, in object: Int) -> Int? {
    let entry = self[object]
    guard entry.size <= Self.largestWithoutTable else { return table(of: object).member(name, in: self) }
    var found: Int?
    var candidate = object + 1
    while candidate < entry.link {
      if isName(candidate, name) { found = candidate + 1 }
      candidate = Int(self[candidate + 1].link)
    }
    return found
  }

  private func table(of object: Int) -> MemberTable {
    if let table = tables[object] { return table }
    let table = MemberTable(of: object, in: self)
    tables[object] = table
    return table
  }

  /// Whether an entry that is a name is this one, byte by byte.
  @inline(__always)
  func isName(_ entry: Int, _ name: UnsafeRawBufferPointer) -> Bool {
    let entry = self[entry]
    let bytes = bytes(of: entry)
    guard !entry.hasEscapes else {
      return JSONStringReader(bytes.assumingMemoryBound(to: UInt8.self)).elementsEqual(name)
    }
    guard bytes.count == name.count else { return false }
    for index in 0..<bytes.count where bytes[index] != name[index] { return false }
    return true
  }
}

// Where values are. It is asked for only when something is wrong.
extension NativeDocument {
  /// The way to a value.
  func codingPath(of entry: Int) -> [any CodingKey] {
    let places = places ?? JSONPlaces(of: index)
    self.places = places
    var keys: [any CodingKey] = []
    var entry = entry
    while let place = places.place(of: entry) {
      let isMember = self[place.container].kind == .object
      keys.append(
        isMember ? PositionKey.member(text(of: self[entry - 1])) : PositionKey.element(place.position)
      )
      entry = place.container
    }
    return prefix + keys.reversed()
  }
}

extension ScanError {
  /// The same as the error that a coder throws.
  ///
  /// It says no more of the bytes than the one that is wrong.
  fileprivate func decodingError() -> DecodingError {
    switch problem {
    case .limit(.depth, _): JSONBytes.tooDeep()
    default: JSONBytes.corrupted("The given data was not valid JSON: \(problem.text) at byte \(offset).")
    }
  }
}

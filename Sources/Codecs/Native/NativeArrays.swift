// Arrays are taken element by element here. Their own `init(from:)` and `encode(to:)` do the same through a container,
// but look up generic types for each element, and do not know beforehand how many there will be.

/// An array of what can be decoded.
protocol NativeDecodableArray {
  /// Decodes an array's elements.
  init(elementsOf array: Int, of document: NativeDocument) throws
}

extension Array: NativeDecodableArray where Element: Decodable {
  init(elementsOf array: Int, of document: NativeDocument) throws {
    let entry = document[array]
    // The index takes up to eight times the document's size. Room for elements may be had for twice that; what takes more
    // gets it as it comes: a peer must not ask for memory by zeros in the place of large values.
    guard Int(entry.size) * MemoryLayout<Element>.stride <= 16 * document.byteCount else {
      self = try Self(from: NativeDecoder(document: document, entry: array))
      return
    }
    try self.init(unsafeUninitializedCapacity: Int(entry.size)) { room, count in
      var element = array + 1
      // The index has as many elements as there is room for. Only what `count` counts is taken to be initialised.
      while count < room.count {
        room.initializeElement(at: count, to: try document.decode(Element.self, at: element))
        count += 1
        element = Int(document[element].link)
      }
    }
  }
}

/// An array of what can be encoded.
protocol NativeEncodableArray {
  /// Encodes the elements of the array that is the innermost value.
  func encodeElements(to encoding: NativeEncoding, of serial: Int) throws
}

extension Array: NativeEncodableArray where Element: Encodable {
  func encodeElements(to encoding: NativeEncoding, of serial: Int) throws {
    try withUnsafeBufferPointer { elements in
      for index in 0..<elements.count { try encoding.encode(elements[index], of: serial) }
    }
  }
}

/// Whether a type may be an array, by its size, which tells most types without a cast.
@inline(__always)
func mayBeArray<Value>(_ type: Value.Type) -> Bool {
  MemoryLayout<Value>.size == MemoryLayout<[Never]>.size
}

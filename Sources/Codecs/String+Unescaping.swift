extension String {
  /// Makes the string that stands between two quotes, escapes and all, in JSON that has been checked.
  init(unescaping bytes: UnsafeRawBufferPointer) {
    // Resolved, an escape is shorter than it was.
    self.init(unsafeUninitializedCapacity: bytes.count) { room in
      var count = 0
      for byte in JSONStringReader(bytes.assumingMemoryBound(to: UInt8.self)) {
        room[count] = byte
        count += 1
      }
      return count
    }
  }

  /// Makes the string that stands between two quotes and has no escapes.
  ///
  /// A short one is copied in one step, where `String(decoding:as:)` goes byte by byte.
  @inline(__always)
  init(copying bytes: UnsafeRawBufferPointer) {
    self.init(unsafeUninitializedCapacity: bytes.count) { room in
      UnsafeMutableRawBufferPointer(room).copyMemory(from: bytes)
      return bytes.count
    }
  }
}

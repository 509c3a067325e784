/// The lines of some bytes, without the byte that ends each, and without allocating anything.
struct Lines: Sequence, IteratorProtocol {
  private var rest: Slice<UnsafeRawBufferPointer>

  init(_ bytes: UnsafeRawBufferPointer) { rest = bytes[...] }

  mutating func next() -> UnsafeRawBufferPointer? {
    guard let newline = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    defer { rest = rest[(newline + 1)...] }
    return UnsafeRawBufferPointer(rebasing: rest[..<newline])
  }
}

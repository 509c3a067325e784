import NIOCore

/// Makes a channel read pieces of random sizes, whatever the system has for it.
///
/// The sizes are powers of two, because a buffer's memory is.
struct RandomReads: RecvByteBufferAllocator {
  private let sizes: [Int]
  private var position = 0

  /// - Parameters:
  ///   - largest: The largest piece is of two to the power of this many bytes.
  ///   - generator: Chooses the sizes, which come again and again.
  init(largest: Int, using generator: inout SeededGenerator) {
    self.sizes = (0..<256).map { _ in 1 << Int.random(in: 0...largest, using: &generator) }
  }

  func buffer(allocator: ByteBufferAllocator) -> ByteBuffer {
    allocator.buffer(capacity: sizes[position])
  }

  func nextBufferSize() -> Int? {
    sizes[position]
  }

  mutating func record(actualReadBytes: Int) -> Bool {
    position = (position + 1) % sizes.count
    return false
  }
}

/// Hashes the names of members, with a secret of the process, so that no peer can send names that collide.
struct NameHash {
  private let seed = UInt64.random(in: .min ... .max)
  private let factor = UInt64.random(in: .min ... .max) | 1

  /// The process's hash.
  static let shared = NameHash()

  /// Hashes a name's UTF-8.
  @inline(__always)
  func callAsFunction(_ name: UnsafeRawBufferPointer) -> UInt64 {
    var hash = mix(seed ^ UInt64(truncatingIfNeeded: name.count))
    var position = 0
    while position &+ 8 <= name.count {
      hash = mix(hash ^ name.loadUnaligned(fromByteOffset: position, as: UInt64.self))
      position &+= 8
    }
    return mix(hash ^ lastBytes(of: name))
  }

  /// The last eight bytes, or as many as there are, some of them more than once: a step and no loop.
  @inline(__always)
  private func lastBytes(of name: UnsafeRawBufferPointer) -> UInt64 {
    let count = name.count
    if count >= 8 { return name.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self) }
    if count >= 4 {
      let first = name.loadUnaligned(as: UInt32.self)
      let last = name.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
      return UInt64(first) << 32 | UInt64(last)
    }
    if count == 0 { return 0 }
    return UInt64(name[0]) << 16 | UInt64(name[count >> 1]) << 8 | UInt64(name[count &- 1])
  }

  /// Lets each bit have its say in all the others: both halves of a product of 128 bits.
  @inline(__always)
  private func mix(_ value: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: factor)
    return product.high ^ product.low
  }
}

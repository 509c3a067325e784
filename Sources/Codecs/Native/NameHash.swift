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
    var rest: UInt64 = 0
    while position < name.count {
      rest = rest << 8 | UInt64(name[position])
      position &+= 1
    }
    return mix(hash ^ rest)
  }

  /// Lets each bit have its say in all the others: both halves of a product of 128 bits.
  @inline(__always)
  private func mix(_ value: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: factor)
    return product.high ^ product.low
  }
}

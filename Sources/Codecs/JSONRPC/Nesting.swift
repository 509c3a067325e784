/// Which of the open containers are objects and which are arrays.
///
/// One bit per level, stored in place, so that nesting costs no allocation. The 512 levels are more than ``MessageLimits/depthCap`` allows.
struct Nesting {
  private var words = InlineArray<8, UInt64>(repeating: 0)

  /// Notes what was opened within `depth` other containers.
  @inline(__always)
  mutating func open(object: Bool, at depth: Int) {
    let word = (depth >> 6) & 7
    let bit: UInt64 = 1 << UInt64(depth & 63)
    words[word] = object ? words[word] | bit : words[word] & ~bit
  }

  /// Whether the container that lies within `depth` others is an object.
  @inline(__always)
  func isObject(at depth: Int) -> Bool {
    words[(depth >> 6) & 7] & (1 << UInt64(depth & 63)) != 0
  }
}

/// A list in memory of its own.
///
/// An array would look at each change whether somebody else has the array, too. Here nobody can: there are no copies.
///
/// What makes it safe: `count` never exceeds `capacity`, for which there is room, the elements below it are initialised,
/// and no others are read.
struct OwnedList<Element: BitwiseCopyable>: ~Copyable {
  private var base: UnsafeMutablePointer<Element>?
  private var capacity: Int

  /// How many elements there are.
  private(set) var count = 0

  /// Makes an empty list with room for elements, or without memory.
  init(capacity: Int = 0) {
    base = capacity > 0 ? .allocate(capacity: capacity) : nil
    self.capacity = capacity
  }

  deinit {
    base?.deallocate()
  }

  /// The element with an index, which there must be.
  @inline(__always)
  subscript(index: Int) -> Element {
    get {
      precondition(index >= 0 && index < count)
      return base.unsafelyUnwrapped[index]
    }
    set {
      precondition(index >= 0 && index < count)
      base.unsafelyUnwrapped[index] = newValue
    }
  }

  /// Adds an element behind the others.
  @inline(__always)
  mutating func append(_ element: Element) {
    if count == capacity { grow() }
    (base.unsafelyUnwrapped + count).initialize(to: element)
    count &+= 1
  }

  private mutating func grow() {
    let newCapacity = max(2 * capacity, 4)
    let new = UnsafeMutablePointer<Element>.allocate(capacity: newCapacity)
    if let base {
      new.moveInitialize(from: base, count: count)
      base.deallocate()
    }
    (base, capacity) = (new, newCapacity)
  }
}

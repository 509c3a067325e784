/// The values that are open, each within the one before it.
///
/// They lie in memory of their own, because a step from one to the next is a tenth of what a small value costs, and an
/// array would look at each whether somebody else has the array.
///
/// What makes it safe: `first <= last < end`, and the values from `first` to `last` are initialised. There is always one.
struct OpenValues: ~Copyable {
  private var first: UnsafeMutablePointer<OpenValue>
  private var last: UnsafeMutablePointer<OpenValue>
  private var end: UnsafeMutablePointer<OpenValue>

  /// Begins with the value around all others.
  init(_ outermost: OpenValue) {
    let capacity = 4
    first = .allocate(capacity: capacity)
    first.initialize(to: outermost)
    last = first
    end = first + capacity
  }

  deinit {
    first.deallocate()
  }

  /// How many there are.
  var count: Int { last - first + 1 }

  /// The innermost value.
  var innermost: OpenValue {
    @inline(__always) get { last.pointee }
    @inline(__always) set { last.pointee = newValue }
  }

  /// All of them, the innermost one last.
  var all: [OpenValue] { Array(UnsafeBufferPointer(start: first, count: count)) }

  /// Opens a value in the innermost one.
  @inline(__always)
  mutating func push(_ value: OpenValue) {
    if last + 1 == end { grow() }
    last += 1
    last.initialize(to: value)
  }

  /// Goes back to the value around the innermost one, which must not be the outermost.
  @inline(__always)
  mutating func pop() {
    precondition(last > first)
    last -= 1
  }

  private mutating func grow() {
    let count = count
    let new = UnsafeMutablePointer<OpenValue>.allocate(capacity: 2 * count)
    new.moveInitialize(from: first, count: count)
    first.deallocate()
    first = new
    last = new + count - 1
    end = new + 2 * count
  }
}

/// The keyed containers of a decoding or an encoding that are used more than once.
///
/// To Codable a keyed container is a `KeyedDecodingContainer<Key>` or a `KeyedEncodingContainer<Key>`: a reference to a
/// box with ours in it. To make a box for each object, two generic types are looked up and memory is allocated, which
/// is a third of the work on small objects. So a box is kept, and given out again for the next object with the same
/// type of keys, when nobody else refers to it any more.
///
/// What is in a box cannot be exchanged. So our container there has a ``ContainerValue``: where here the number of the
/// value stands that it is for.
struct KeptContainers {
  private var boxes: ContiguousArray<KeptBox> = []

  /// For which values the boxes are, or were last.
  private var values = InlineArray<4, Int>(repeating: 0)

  /// How many containers are made before the first one is kept, which does not pay for a few objects.
  private var unkept = 8

  /// Lets go of the boxes, and keeps no more: they refer to the one who has them here.
  ///
  /// Those that a user's type has kept stay what they are.
  mutating func close() {
    unkept = .max
    if !boxes.isEmpty { boxes = [] }
  }

  /// The number of the value that a container is for.
  @inline(__always)
  subscript(value: ContainerValue) -> Int {
    value.isPlace ? values[~value.bits] : value.bits
  }

  /// Takes a box with keys of a type that nobody uses, if there is one.
  ///
  /// It is not retained, which would be a tenth of what an object costs: it stays here until ``close()``.
  @inline(__always)
  mutating func take(keyedBy key: Any.Type, for value: Int) -> Unmanaged<KeptBox>? {
    for place in boxes.indices {
      let box = Unmanaged.passUnretained(boxes[place])
      guard box._withUnsafeGuaranteedRef({ $0.isFree(keyedBy: key) }) else { continue }
      values[place] = value
      return box
    }
    return nil
  }

  /// What the next container that is made is to have.
  ///
  /// - Parameters:
  ///   - number: The number of the value that it is for.
  ///   - isReference: Whether containers of its kind are references to their boxes.
  /// - Returns: A place, or the number itself when it will not be kept.
  mutating func newValue(_ number: Int, isReference: @autoclosure () -> Bool) -> ContainerValue {
    guard unkept == 0, boxes.count < values.count, isReference() else {
      unkept = max(unkept - 1, 0)
      return ContainerValue(number: number)
    }
    values[boxes.count] = number
    return ContainerValue(place: boxes.count)
  }

  /// Whether a container is nothing but the reference to its box.
  static func isReference<Container>(_ container: Container) -> Bool {
    let properties = Mirror(reflecting: container).children
    guard properties.count == 1, let box = properties.first?.value, type(of: box) is AnyClass,
      MemoryLayout<Container>.size == MemoryLayout<AnyObject>.size
    else { return false }
    // The sizes are equal, and an identifier can have any bits.
    return unsafeBitCast(container, to: ObjectIdentifier.self) == ObjectIdentifier(box as AnyObject)
  }

  /// Keeps a container that was made with a place for its ``newValue(_:)``.
  mutating func keep<Container>(_ container: Container, keyedBy key: Any.Type) {
    boxes.append(KeptContainer(container, keyedBy: key))
  }
}

/// The value that a keyed container is for.
///
/// It is one word, because it is copied for each member.
struct ContainerValue {
  /// The value's number, or the complement of the place of it in the ``KeptContainers``.
  fileprivate let bits: Int

  /// The value with a number that is not negative.
  init(number: Int) { bits = number }

  fileprivate init(place: Int) { bits = ~place }

  /// Whether the number stands in a place.
  var isPlace: Bool { bits < 0 }
}

/// A box that is kept, of a container whose type is known to the subclass.
class KeptBox {
  private let key: Any.Type

  // No two accesses can overlap: each is one expression below.
  @exclusivity(unchecked) fileprivate final var box: AnyObject

  /// Whether its keys are of a type, and nobody else refers to the box.
  @inline(__always)
  final func isFree(keyedBy key: Any.Type) -> Bool {
    self.key == key && isKnownUniquelyReferenced(&box)
  }

  fileprivate init(_ box: AnyObject, keyedBy key: Any.Type) {
    self.box = box
    self.key = key
  }
}

/// A box that is kept, with its container's type: a `KeyedDecodingContainer` or a `KeyedEncodingContainer`.
///
/// The standard library does not promise that these are nothing but the reference to the box, though they always were.
/// So ``KeptContainers/isReference(_:)`` has looked at one before any is kept. It had keys of another type, but the
/// property's type does not depend on that, and each cast compares the sizes.
final class KeptContainer<Container>: KeptBox {
  fileprivate init(_ container: Container, keyedBy key: Any.Type) {
    super.init(unsafeBitCast(container, to: AnyObject.self), keyedBy: key)
  }

  /// The container.
  ///
  /// It is not inlined: here the type is at hand, anywhere else it would be looked up.
  @inline(never)
  func container() -> Container {
    unsafeBitCast(box, to: Container.self)
  }
}

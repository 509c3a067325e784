/// The keyed containers of a decoding or an encoding that are used more than once.
///
/// To Codable a keyed container is a `KeyedDecodingContainer<Key>` or a `KeyedEncodingContainer<Key>`: a reference to a
/// box with ours in it. To make a box for each object, two generic types are looked up and memory is allocated, which
/// is a third of the work on small objects. So a box is kept, and given out again for the next object with the same
/// type of keys, when nobody else refers to it any more.
///
/// What is in a box cannot be exchanged. So our container there has a ``ValueNumber``: where here the number of the value
/// stands that it is for.
struct KeptContainers {
  private var boxes: ContiguousArray<KeptBox> = []

  /// The numbers of the values that the boxes are for, or were last.
  private var numbers = InlineArray<4, Int>(repeating: 0)

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
  subscript(number: ValueNumber) -> Int {
    number.isOfBox ? numbers[~number.bits] : number.bits
  }

  /// Takes a box with keys of a type that nobody uses, if there is one.
  ///
  /// It is not retained, which would be a tenth of what an object costs: it stays here until ``close()``.
  @inline(__always)
  mutating func take(keyedBy key: Any.Type, for number: Int) -> Unmanaged<KeptBox>? {
    for index in boxes.indices {
      let box = Unmanaged.passUnretained(boxes[index])
      guard box._withUnsafeGuaranteedRef({ $0.isFree(keyedBy: key) }) else { continue }
      numbers[index] = number
      return box
    }
    return nil
  }

  /// The number for the next container that is made.
  ///
  /// - Parameters:
  ///   - number: The number of the value that it is for.
  ///   - isReference: Whether containers of its kind are references to their boxes.
  /// - Returns: The number of its box, or the number itself when it will not be kept.
  mutating func valueNumber(_ number: Int, isReference: @autoclosure () -> Bool) -> ValueNumber {
    guard unkept == 0, boxes.count < numbers.count, isReference() else {
      unkept = max(unkept - 1, 0)
      return ValueNumber(number)
    }
    numbers[boxes.count] = number
    return ValueNumber(ofBox: boxes.count)
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

  /// Keeps a container that was made with the number of its box.
  mutating func keep<Container>(_ container: Container, keyedBy key: Any.Type) {
    boxes.append(KeptContainer(container, keyedBy: key))
  }
}

/// The number of the value that a keyed container is for: itself, or where it stands in the ``KeptContainers``.
///
/// It is one word, because it is copied for each member.
struct ValueNumber {
  /// The number, or the complement of its box's index.
  fileprivate let bits: Int

  /// A number that is not negative and stays.
  init(_ number: Int) { bits = number }

  /// The number of the value that a kept box is for.
  fileprivate init(ofBox index: Int) { bits = ~index }

  /// Whether it is another one with each use of the box.
  var isOfBox: Bool { bits < 0 }
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

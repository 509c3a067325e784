/// A value whose `encode(to:)` has been called and has not returned, or a nested container in it.
struct OpenValue: BitwiseCopyable {
  /// What it has encoded so far.
  enum Content {
    case nothing
    /// A single value, complete.
    case scalar
    case object
    case array
    /// An object or an array that is not in the text.
    case tree
  }

  let serial: Int
  let depth: EncodingDepth

  /// Where in the text it begins.
  let start: Int

  /// Whether it is a nested container, or a superclass's part.
  let isNested: Bool

  var content = Content.nothing

  /// How many members or elements have been begun.
  var count = 0

  /// Where in the text the last member's name begins, with its quote.
  var lastName = 0

  /// Where in the names in use its own begin.
  var firstName = 0

  /// A bit for each of them, by which most are told apart: see ``NamesInUse``.
  var nameBits: UInt64 = 0

  init(serial: Int, depth: EncodingDepth, start: Int, isNested: Bool = false) {
    self.isNested = isNested
    self.serial = serial
    self.depth = depth
    self.start = start
  }
}

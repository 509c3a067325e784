#if Jansson
  /// The numbers that jansson cannot carry as they are, kept as text.
  ///
  /// jansson's integers are `Int64` and its other numbers `Double`, printed with 17 digits. So a number that would not
  /// come through unharmed is a *placeholder* in jansson's tree, a real whose value is an index into this table. All
  /// reals of a tree are placeholders, so none is taken for one by mistake.
  struct NumberTexts {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    /// How many numbers there are.
    var count: Int { ends.count }

    /// Whether there are none, so that jansson's tree has no real.
    var isEmpty: Bool { ends.isEmpty }

    /// Adds a number and returns its placeholder.
    mutating func append(_ text: some Sequence<UInt8>) -> Double {
      bytes.append(contentsOf: text)
      ends.append(bytes.count)
      return Double(ends.count - 1)
    }

    /// The text whose placeholder this is, or nothing for a real that is none.
    subscript(placeholder: Double) -> ArraySlice<UInt8> {
      guard let index = Int(exactly: placeholder) else { return [] }
      return self[index]
    }

    /// The text at an index, or nothing where there is none.
    subscript(index: Int) -> ArraySlice<UInt8> {
      guard ends.indices.contains(index) else { return [] }
      return bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
    }
  }
#endif

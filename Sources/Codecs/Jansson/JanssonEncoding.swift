#if Jansson
  import NIOCore

  /// What the encoders of one value share: everything about the document that is not in jansson's tree.
  final class JanssonEncoding {
    // As in JanssonEncoder, no two accesses to a property can overlap.

    /// The numbers that are placeholders in the tree.
    @exclusivity(unchecked) private var numbers = NumberTexts()

    /// About how many bytes the document will have.
    @exclusivity(unchecked) private var expectedBytes = 0

    /// The first thing that went wrong where Codable lets nothing be thrown.
    private var failure: (any Error)?

    /// Encoders that have done their work and can do another's.
    ///
    /// A tree has many objects, but few around each other.
    @exclusivity(unchecked) private var idle: [JanssonEncoder] = []

    private var isOver = false

    /// Encodes a value and appends it to a buffer.
    static func write(_ value: some Encodable, into output: inout ByteBuffer) throws {
      JanssonSetup.once
      let encoding = JanssonEncoding()
      defer { encoding.end() }
      let json = try JanssonEncoder(encoding: encoding).makeDocument(value)
      if let failure = encoding.failure { throw failure }
      try json.dump(into: &output, expectedBytes: encoding.expectedBytes, numbers: encoding.numbers)
    }

    /// Adds a number that jansson cannot carry, and returns its placeholder.
    func placeholder(for number: String) -> Double {
      expect(bytes: number.utf8.count)
      return numbers.append(number.utf8)
    }

    /// Counts bytes of the document, so that it fits at the first attempt.
    ///
    /// A few too many do no harm.
    func expect(bytes: Int) {
      expectedBytes += bytes
    }

    /// Remembers an error for the end.
    func fail(_ error: any Error) {
      failure = failure ?? error
    }

    /// Gives an encoder that is free for use, an idle one if there is one.
    func makeEncoder() -> JanssonEncoder {
      idle.popLast() ?? JanssonEncoder(encoding: self)
    }

    /// Takes back an encoder that nobody else has kept.
    func reuse(_ encoder: JanssonEncoder) {
      // A user's type can keep an encoder, and go on with it when all is over.
      if !isOver { idle.append(encoder) }
    }

    /// Lets go of the idle encoders, which point back to this.
    private func end() {
      isOver = true
      idle = []
    }
  }
#endif

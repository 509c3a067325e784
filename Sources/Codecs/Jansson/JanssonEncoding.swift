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

    /// Encodes a value and appends it to a buffer.
    static func write(_ value: some Encodable, into output: inout ByteBuffer) throws {
      if writePlain(value, into: &output) { return }
      JanssonSetup.once
      let encoding = JanssonEncoding()
      let json: JanssonValue
      do { json = try JanssonEncoder(encoding: encoding).makeDocument(value) } catch {
        throw encoding.failure ?? error
      }
      if let failure = encoding.failure { throw failure }
      guard encoding.numbers.isEmpty || JanssonValue.piecesAreKnown else {
        throw JanssonFailure.unknownPieces
      }
      try json.dump(into: &output, expectedBytes: encoding.expectedBytes, numbers: encoding.numbers)
    }

    /// Writes a value that is one number, Boolean or string for which jansson would have nothing to add but quotes.
    ///
    /// These are what most small calls answer with, and a tree of one value costs ten times as much.
    ///
    /// - Returns: Whether the value is one of these; otherwise nothing is written.
    private static func writePlain<Value>(_ value: Value, into output: inout ByteBuffer) -> Bool {
      let type = Value.self
      if type == Int.self {
        output.writePlainInteger(unsafeBitCast(value, to: Int.self))
        return true
      }
      if type == Bool.self {
        output.writeString(unsafeBitCast(value, to: Bool.self) ? "true" : "false")
        return true
      }
      guard type == String.self else { return false }
      let string = unsafeBitCast(value, to: String.self)
      // Go escapes all that jansson escapes, and more.
      guard string.utf8.allSatisfy(JSONEscape.leaves) else { return false }
      output.reserveCapacity(minimumWritableBytes: string.utf8.count + 2)
      output.writeInteger(UInt8.quote)
      output.writeString(string)
      output.writeInteger(UInt8.quote)
      return true
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

    /// Remembers an error for the end, if it is the first.
    func fail(_ error: @autoclosure () -> any Error) {
      failure = failure ?? error()
    }
  }
#endif

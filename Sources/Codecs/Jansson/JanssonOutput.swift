#if Jansson
  import CJansson
  import NIOCore

  extension JanssonValue {
    /// Appends the value's JSON to a buffer, into which jansson writes it itself.
    ///
    /// - Parameters:
    ///   - output: The buffer.
    ///   - expectedBytes: About how long the JSON will be. When it is longer, jansson writes it once more.
    ///   - numbers: What stands for the placeholders.
    /// - Throws: An error when there is no memory left.
    func dump(
      into output: inout ByteBuffer,
      expectedBytes: Int,
      numbers: NumberTexts
    ) throws(JanssonFailure) {
      var room = expectedBytes
      // The second time there is the room that the first one has found to be needed.
      for _ in 1...2 {
        var needed = 0
        let written = output.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { room in
          needed = numbers.isEmpty ? dump(into: room) : dump(into: room, numbers: numbers)
          guard needed <= room.count else { return 0 }
          lowercaseEscapes(in: UnsafeMutableRawBufferPointer(rebasing: room[..<needed]))
          return needed
        }
        if written > 0 { return }
        room = needed
      }
      throw .outOfMemory
    }

    /// Whether jansson hands over its JSON in the pieces that ``PieceWriter`` expects, which it does not promise.
    ///
    /// Otherwise numbers could be wrong on the wire. So it is looked at once, in a value with what is easily confused.
    static let piecesAreKnown = (try? writeSample()) == #"["\"0.0\"",1.5,{"1.0":-2e+30}]"#

    private static func writeSample() throws(JanssonFailure) -> String {
      var numbers = NumberTexts()
      let array = try JanssonValue.array()
      let object = try JanssonValue.object()
      try array.reference.append(.string("\"0.0\""))
      try array.reference.append(.real(numbers.append("1.5".utf8)))
      try object.reference.setMember("1.0", to: .real(numbers.append("-2e+30".utf8)))
      try array.reference.append(object)
      var output = ByteBuffer()
      try array.dump(into: &output, expectedBytes: 32, numbers: numbers)
      return String(buffer: output)
    }

    /// Writes the JSON and returns its length, or the length it would have if there were enough room.
    ///
    /// The corresponding C function is `json_dumpb`. For a value without reals: those it prints with 17 digits, and by
    /// the process's locale.
    private func dump(into room: UnsafeMutableRawBufferPointer) -> Int {
      json_dumpb(reference, room.baseAddress?.assumingMemoryBound(to: CChar.self), room.count, Self.flags)
    }

    /// Writes the JSON with texts for placeholders and returns its length, as above.
    ///
    /// The corresponding C function is `json_dump_callback`.
    private func dump(into room: UnsafeMutableRawBufferPointer, numbers: NumberTexts) -> Int {
      var pieces = PieceWriter(room: room, numbers: numbers)
      let result = JanssonSetup.withCLocale {
        withUnsafeMutablePointer(to: &pieces) { pieces in
          json_dump_callback(reference, writePiece, pieces, Self.flags)
        }
      }
      return result == 0 ? pieces.length : 0
    }

    private static let flags = Int(JSON_COMPACT | JSON_ENCODE_ANY)
  }

  /// What jansson calls for every piece of the JSON.
  private let writePiece: json_dump_callback_t = { bytes, count, pieces in
    pieces?.assumingMemoryBound(to: PieceWriter.self).pointee
      .write(UnsafeRawBufferPointer(start: bytes, count: count))
    return 0
  }

  /// Puts jansson's pieces of JSON together, and texts in the place of placeholders.
  private struct PieceWriter {
    let room: UnsafeMutableRawBufferPointer
    let numbers: NumberTexts
    var length = 0
    var isInString = false

    mutating func write(_ piece: UnsafeRawBufferPointer) {
      // A quotation mark inside a string is a piece of two bytes, `\"`, so one on its own begins or ends a string.
      if piece.count == 1, piece[0] == .quote { isInString.toggle() }
      if !isInString, let index = placeholderIndex(piece) {
        numbers[index].withUnsafeBytes { append($0) }
      } else {
        append(piece)
      }
    }

    /// The placeholder that a piece is: jansson prints 17 as `17.0`, in a piece of its own.
    private func placeholderIndex(_ piece: UnsafeRawBufferPointer) -> Int? {
      guard piece.count > 2, piece[piece.count - 1] == .zero, !piece[piece.count - 2].isDigit
      else {
        return nil
      }
      var index = 0
      for byte in piece.dropLast(2) {
        guard byte.isDigit else { return nil }
        index = index * 10 + Int(byte - .zero)
      }
      return index
    }

    private mutating func append(_ bytes: UnsafeRawBufferPointer) {
      if length + bytes.count <= room.count, let start = room.baseAddress {
        (start + length).copyMemory(
          from: bytes.baseAddress ?? UnsafeRawPointer(start),
          byteCount: bytes.count
        )
      }
      length += bytes.count
    }
  }

  /// Turns jansson's `\u001F` into `\u001f`, as Go and Foundation write it.
  private func lowercaseEscapes(in json: UnsafeMutableRawBufferPointer) {
    guard let start = json.baseAddress else { return }
    let end = start + json.count
    var rest = start
    // memchr passes many bytes at a time, and most JSON has no backslash at all.
    while let backslash = memchr(rest, CInt(UInt8.backslash), end - rest) {
      // A backslash is always followed by another byte.
      let escape = UnsafeMutableRawBufferPointer(start: backslash, count: end - backslash)
      if escape[1] == UInt8(ascii: "u") {
        for index in 2..<6 where escape[index] >= UInt8(ascii: "A") && escape[index] <= UInt8(ascii: "F") {
          escape[index] |= 0x20
        }
      }
      rest = backslash + 2
    }
  }
#endif

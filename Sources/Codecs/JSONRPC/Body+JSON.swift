public import NIOCore
public import RPCKit

extension Body {
  /// Takes JSON text as a body, after checking that it is exactly one value.
  ///
  /// The value is of any kind and is sent as it is spelled, so that numbers keep all their digits; white space around
  /// it is left out. This is how a proxy or the `netrpc` command sends what somebody else has written.
  ///
  /// - Parameters:
  ///   - text: The JSON, such as `{"A":7,"B":8}`. The body shares its storage.
  ///   - coder: The coder of the connection's codec, which must be one for JSON.
  ///   - limits: How large the value may be.
  /// - Throws: ``/RPCKit/CodecError/malformed(reason:offset:)`` when the text is not one JSON value in UTF-8, with the
  ///   offset counted from the text's first byte, or ``/RPCKit/CodecError/limitExceeded(_:maximum:messageID:)``.
  public init(
    json text: ByteBuffer,
    coder: any BodyCoder,
    limits: MessageLimits = MessageLimits()
  ) throws(CodecError) {
    let range = text.withUnsafeReadableBytes { bytes in
      let start = bytes.firstIndex { !$0.isJSONWhitespace } ?? bytes.count
      let last = bytes.lastIndex { !$0.isJSONWhitespace }
      return start..<(last.map { $0 + 1 } ?? start)
    }
    do {
      try text.withUnsafeReadableBytes { bytes throws(ScanError) in
        var scanner = MessageScanner(limits: limits, accepting: .anyValue)
        try scanner.scanWhole(UnsafeRawBufferPointer(rebasing: bytes[range]))
      }
    } catch {
      throw ScanError(problem: error.problem, offset: range.lowerBound + error.offset).codecError()
    }
    let value = text.getSlice(at: text.readerIndex + range.lowerBound, length: range.count)
    self.init(bytes: value ?? text, coder: coder)
  }

  /// Takes JSON text as a body, after checking that it is exactly one value.
  ///
  /// The same as ``init(json:coder:limits:)-(ByteBuffer,_,_)`` for bytes that are not in a buffer yet:
  /// `Body(json: "[1,2]".utf8, coder: codec.coder)`.
  ///
  /// - Parameters:
  ///   - text: The JSON, such as `{"A":7,"B":8}`.
  ///   - coder: The coder of the connection's codec, which must be one for JSON.
  ///   - limits: How large the value may be.
  /// - Throws: As there.
  public init(
    json text: some Sequence<UInt8>,
    coder: any BodyCoder,
    limits: MessageLimits = MessageLimits()
  ) throws(CodecError) {
    try self.init(json: ByteBuffer(bytes: text), coder: coder, limits: limits)
  }
}

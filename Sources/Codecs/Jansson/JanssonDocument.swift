#if Jansson
  import NIOCore

  /// A parsed document: owns jansson's tree for as long as a decoder looks into it.
  final class JanssonDocument {
    private let root: JanssonValue

    /// The numbers that are placeholders in the tree.
    let numbers: NumberTexts

    /// Parses a body.
    ///
    /// - Throws: A `DecodingError` when the bytes are not one value, or are nested too deep.
    init(parsing body: ByteBuffer) throws {
      let scan = try body.withUnsafeReadableBytes(NumberScan.init)
      numbers = scan.texts
      do throws(JanssonSyntaxError) {
        if scan.texts.isEmpty {
          root = try JanssonValue.parse(body)
        } else {
          root = try JanssonSetup.withCLocale { () throws(JanssonSyntaxError) in
            try JanssonValue.parse(scan.rewritten)
          }
        }
      } catch {
        throw JSONBytes.corrupted("The given data was not valid JSON, near byte \(error.position).")
      }
    }

    /// The decoder for the whole document.
    var decoder: JanssonDecoder {
      JanssonDecoder(document: self, json: root.reference, path: nil)
    }
  }
#endif

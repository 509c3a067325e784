#if Jansson
  import CJansson
  import NIOCore

  /// A value of a document, and the way to it.
  ///
  /// Codable copies decoders and containers at every turn, and a copy costs what its references do: so this is the one
  /// reference that all of ours consist of. Only values that need a decoder have a place.
  final class JanssonPlace {
    /// The whole tree, which the place at the top has for all that are below it.
    private let tree: JanssonValue?

    /// The document's numbers that are placeholders in the tree, or nil when there are none, which costs least to copy.
    ///
    /// Each place has them: it may be far to the one at the top, and a body may consist of such numbers.
    private let texts: NumberTexts?

    // Every access to a property below here begins and ends within one line of this file, so none can overlap.

    /// The value.
    @exclusivity(unchecked) private(set) var json: JanssonReference

    /// The place of the container around the value, and the step from there.
    @exclusivity(unchecked) private var around: JanssonPlace?
    @exclusivity(unchecked) private var step = JanssonStep.none

    /// The object's member behind the one that was found last: jansson's iterator, valid as the tree never changes.
    @exclusivity(unchecked) private var nextMember: UnsafeMutableRawPointer?

    /// A place for values within this one, which is free for the next.
    @exclusivity(unchecked) private var spare: JanssonPlace?

    /// Parses a body: the place of the whole document.
    ///
    /// - Throws: A `DecodingError` when the bytes are not one value, or are nested too deep.
    init(parsing body: ByteBuffer) throws {
      let scan = try body.withUnsafeReadableBytes(NumberScan.init)
      do throws(JanssonSyntaxError) {
        let tree: JanssonValue
        if let rewritten = scan.rewritten {
          tree = try JanssonSetup.withCLocale { () throws(JanssonSyntaxError) in
            try JanssonValue.parse(rewritten)
          }
        } else {
          tree = try JanssonValue.parse(body)
        }
        json = tree.reference
        self.tree = consume tree
      } catch {
        throw JSONBytes.corrupted("The given data was not valid JSON, near byte \(error.position).")
      }
      texts = scan.texts.isEmpty ? nil : scan.texts
      nextMember = json_object_iter(json)
    }

    private init(_ json: JanssonReference, in document: JanssonPlace) {
      self.json = json
      texts = document.texts
      tree = nil
    }

    /// Makes the place of a value that lies in this one.
    func place(of json: JanssonReference, at step: JanssonStep) -> JanssonPlace {
      let place = spare.take() ?? JanssonPlace(json, in: self)
      place.json = json
      place.around = self
      place.step = step
      place.nextMember = json_object_iter(json)
      return place
    }

    /// Takes back a place that nobody else has kept, for the next value.
    func reuse(_ place: consuming JanssonPlace) {
      guard isKnownUniquelyReferenced(&place) else { return }
      place.around = nil
      place.step = .none
      spare = place
    }

    /// The keys on the way to the value, which are wanted only when something is wrong.
    var codingPath: [any CodingKey] {
      var keys: [any CodingKey] = []
      var place: JanssonPlace? = self
      while let current = place {
        keys += current.step.keys
        place = current.around
      }
      return keys.reversed()
    }

    /// The texts of the tree's placeholders.
    ///
    /// It is not inlined: most values are no such number, and what reads them stays short.
    @inline(never)
    var numbers: NumberTexts { texts ?? NumberTexts() }

    /// Returns the object's member with this name, or nil when there is none.
    ///
    /// Most peers write members in the order in which the type reads them. So the next one is looked at before jansson
    /// is asked, whose answer costs it a hash of the name.
    @inline(__always)
    func member(_ name: String) -> JanssonReference? {
      name.withCharacters { characters, count in
        if let member = nextMember, rpckit_json_iter_has_key(member, characters, count) != 0 {
          nextMember = json_object_iter_next(json, member)
          return json_object_iter_value(member)
        }
        return rpckit_json_object_getn(json, characters, count)
      }
    }
  }
#endif

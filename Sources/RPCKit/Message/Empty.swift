/// Stands for no argument and for no reply.
///
/// It is written as `{}`, which Go decodes into any struct and into `*struct{}`, and reads `{}`, `[]` and `null`.
/// Members of an object are ignored, as Go ignores them.
public struct Empty: Codable, Sendable, Hashable {
  /// Makes the one value there is.
  public init() {}

  /// Reads `null`, an object or an empty array.
  ///
  /// - Parameter decoder: Where from.
  /// - Throws: A `DecodingError` for anything else.
  public init(from decoder: any Decoder) throws {
    if let value = try? decoder.singleValueContainer(), value.decodeNil() { return }
    if let elements = try? decoder.unkeyedContainer() {
      guard elements.isAtEnd else {
        throw DecodingError.dataCorrupted(
          .init(codingPath: decoder.codingPath, debugDescription: "expected no elements")
        )
      }
      return
    }
    _ = try decoder.container(keyedBy: NoKeys.self)
  }

  /// Writes an object without members.
  ///
  /// - Parameter encoder: Where to.
  /// - Throws: Nothing of its own.
  public func encode(to encoder: any Encoder) throws {
    _ = encoder.container(keyedBy: NoKeys.self)
  }

  private enum NoKeys: CodingKey {}
}

/// How large a message of a peer may be.
///
/// A limit is enforced while the message is read, so memory stays near it whatever a peer sends. The same limits are
/// given to both ends' codecs; a codec in whose format a limit has no meaning ignores it.
public struct MessageLimits: Sendable, Hashable {
  /// The largest message, in bytes: 4 MiB unless set.
  public var maximumBytes: Int

  /// The deepest nesting of arrays and objects in a message: 128 unless set, never more than ``depthCap``.
  ///
  /// The envelope itself is one level, and JSON-RPC's `params` another.
  public var maximumDepth: Int {
    didSet { maximumDepth = min(maximumDepth, Self.depthCap) }
  }

  /// The largest number of values in a message, the envelope's included: 250,000 unless set.
  ///
  /// It bounds what bytes alone do not: ten mebibytes of `[{},{},…]` become 784 in some JSON libraries.
  public var maximumValues: Int

  /// The longest number, in bytes as it is written: 1,024 unless set.
  public var maximumNumberBytes: Int

  /// The longest message id, in bytes as it is written: 1,024 unless set.
  ///
  /// A server keeps the ids of the calls in flight, and echoes each. It answers a request with a longer one by an error
  /// that has no id, and goes on.
  public var maximumIDBytes: Int

  /// The depth that no setting exceeds: 500.
  ///
  /// JSON libraries overflow the stack not far beyond.
  public static let depthCap = 500

  /// Makes limits; each that is left out has its default.
  ///
  /// - Parameters:
  ///   - maximumBytes: The largest message, in bytes.
  ///   - maximumDepth: The deepest nesting, at most ``depthCap``: more is taken as that.
  ///   - maximumValues: The largest number of values in a message.
  ///   - maximumNumberBytes: The longest number, in bytes.
  ///   - maximumIDBytes: The longest message id, in bytes.
  public init(
    maximumBytes: Int = 4 << 20,
    maximumDepth: Int = 128,
    maximumValues: Int = 250_000,
    maximumNumberBytes: Int = 1024,
    maximumIDBytes: Int = 1024
  ) {
    self.maximumBytes = maximumBytes
    self.maximumDepth = min(maximumDepth, Self.depthCap)
    self.maximumValues = maximumValues
    self.maximumNumberBytes = maximumNumberBytes
    self.maximumIDBytes = maximumIDBytes
  }

  /// Which limit a message exceeded.
  public enum Kind: Sendable, Hashable {
    /// ``MessageLimits/maximumBytes``.
    case bytes

    /// ``MessageLimits/maximumDepth``.
    case depth

    /// ``MessageLimits/maximumValues``.
    case values

    /// ``MessageLimits/maximumNumberBytes``.
    case numberBytes

    /// What the limit counts, for messages: `more than 128 levels of nesting`.
    var unit: String {
      switch self {
      case .bytes: "bytes"
      case .depth: "levels of nesting"
      case .values: "values"
      case .numberBytes: "bytes in one number"
      }
    }
  }
}

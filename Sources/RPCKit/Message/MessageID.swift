/// Names the id under which a message travels, so that a response finds its request.
///
/// A client counts its requests from 0 and uses the count as the id. A server treats the id as opaque: whatever
/// the peer chose is kept as it stands on the wire and echoed. Neither side needs to know how the codec spells it.
/// Ids of a peer need not be unique.
public struct MessageID: Sendable, Hashable {
  private enum Storage: Sendable, Hashable {
    case absent
    case number(UInt64)
    case bytes([UInt8])
  }

  private var storage: Storage

  /// The id of a message that carries none, or a null one.
  public static let absent = MessageID(storage: .absent)

  /// Makes the id from a sequence number, as clients do.
  ///
  /// On the wire of JSON-RPC, `MessageID(7)` is `7`.
  public init(_ sequence: UInt64) {
    self.storage = .number(sequence)
  }

  /// Makes the id from the bytes by which the peer spelled it.
  ///
  /// - Parameter bytes: The id as the codec will write it back, for JSON-RPC one JSON value such as `"a-1"` or
  ///   `{"k":[1]}`. A plain number of at most 64 bits is better made by ``init(_:)``, which allocates nothing.
  public init(bytes: some Sequence<UInt8>) {
    self.storage = .bytes(Array(bytes))
  }

  private init(storage: Storage) {
    self.storage = storage
  }

  /// The sequence number, if the id is a plain number of at most 64 bits.
  public var sequence: UInt64? {
    guard case .number(let sequence) = storage else { return nil }
    return sequence
  }

  /// The bytes by which the peer spelled the id, if it is neither absent nor a plain number.
  public var bytes: [UInt8]? {
    guard case .bytes(let bytes) = storage else { return nil }
    return bytes
  }
}

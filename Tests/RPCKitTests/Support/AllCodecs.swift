import Codecs
public import RPCKit
public import Testing

extension Codec {
  /// Every codec, for the contract that all keep.
  ///
  /// A new one joins by one line.
  static let allForTests: [Codec] = {
    var codecs: [Codec] = [.line, .foundationJSON, .native]
    #if Jansson
      codecs.append(.jansson)
    #endif
    return codecs
  }()
}

extension Codec: CustomTestStringConvertible {
  /// The codec's name, by which test reports tell the runs apart.
  public var testDescription: String { name }
}

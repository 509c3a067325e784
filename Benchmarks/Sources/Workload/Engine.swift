import Codecs
public import RPCKit

/// An engine to measure: the one list of them.
///
/// `bench-server --list` prints it for the programs that are not written in Swift.
public enum Engine: String, CaseIterable, Sendable {
  case native, jansson, foundation

  /// JSON-RPC 1.0 with this engine for the bodies.
  public var codec: Codec {
    switch self {
    case .native: .native
    case .jansson: .jansson
    case .foundation: .foundationJSON
    }
  }
}

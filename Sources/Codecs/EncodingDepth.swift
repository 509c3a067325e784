import RPCKit

/// How deep a value lies in the one that is being encoded.
///
/// JSONEncoder overflows the stack at 10,000 levels, jansson's dump at 100,000, and a user's class may be a list of
/// any length. So every engine counts, and refuses what no peer with a sensible limit would read.
struct EncodingDepth {
  /// The arrays and objects around the value: the depth of the JSON text.
  private(set) var containers = 0

  /// The calls of `encode(to:)` around the value.
  ///
  /// A value that encodes itself as another one, through a single value container, adds a call and no
  /// container; a chain of them overflows the stack all the same.
  private(set) var calls = 0

  static let maximumContainers = MessageLimits.depthCap

  /// Enough for two values at each level that stand for another one.
  ///
  /// A third more fill the stack of a thread in a build with AddressSanitizer.
  static let maximumCalls = 3 * maximumContainers

  /// The depth of what lies in a container here.
  var insideContainer: EncodingDepth {
    var depth = self
    depth.containers += 1
    return depth
  }

  /// The depth inside of a call of `encode(to:)` here.
  var insideCall: EncodingDepth {
    var depth = self
    depth.calls += 1
    return depth
  }

  /// Whether a value at this depth must not be encoded any more.
  var isTooDeep: Bool {
    containers > Self.maximumContainers || calls > Self.maximumCalls
  }

  /// The error for a value that lies too deep.
  static func error(for value: Any, at codingPath: [any CodingKey]) -> EncodingError {
    .invalidValue(
      value,
      EncodingError.Context(
        codingPath: codingPath,
        debugDescription: "Values nested deeper than \(maximumContainers) levels are not encoded."
      )
    )
  }
}

/// Certificates or a private key in PEM form, the text between `-----BEGIN` and `-----END` lines.
///
/// It is read when a server begins to listen or a client to connect, once, and not for each connection. Neither its
/// bytes nor what is in its file is ever printed.
public enum PEM: Sendable, Hashable {
  /// A file, by its path.
  case file(_ path: String)

  /// The text itself, where it comes from elsewhere: a secret store, an environment variable.
  case bytes(_ bytes: [UInt8])
}

extension PEM: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The file's path, or how many bytes there are.
  public var description: String {
    switch self {
    case .file(let path): path
    case .bytes(let bytes): "PEM (\(bytes.count) bytes)"
    }
  }

  /// The same as the description: the bytes may be a private key.
  public var debugDescription: String { description }

  /// Nothing to look into: the bytes may be a private key.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

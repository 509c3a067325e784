/// Where to listen or to connect: `tcp://127.0.0.1:1234`, `tls://rpc.example.com:1234`, `unix:///run/arith.sock` or
/// `http://127.0.0.1:1234/_goRPC_`.
public enum Endpoint: Sendable, Hashable {
  /// A TCP port of a host. The host is an IPv4 or IPv6 address, without brackets, or a name. To listen on port 0 is to
  /// let the system choose one.
  case tcp(_ host: String, port: Int)

  /// A TCP port of a host, whose connections are encrypted by TLS from their first byte on.
  ///
  /// What the server shows is in ``ServerConfiguration/tls``, what the client believes in ``ClientConfiguration/tls``. The
  /// certificate must be for this host. To listen or connect fails in a build whose trait `TLS` is switched off.
  case tls(_ host: String, port: Int)

  /// A Unix domain socket, by the path of its file: at most 107 bytes on Linux, 103 on macOS.
  case unix(_ path: String)

  /// A path of an HTTP server, where `CONNECT` begins RPC. The path is Go's, `/_goRPC_`, unless given. A listener's has no
  /// query.
  case http(_ host: String, port: Int, path: String = "/_goRPC_")
}

extension Endpoint: CustomStringConvertible {
  /// The endpoint as the URL that ``init(_:)`` parses.
  public var description: String {
    switch self {
    case .tcp(let host, let port): "tcp://\(Self.bracketed(host)):\(port)"
    case .tls(let host, let port): "tls://\(Self.bracketed(host)):\(port)"
    case .unix(let path): "unix://\(path)"
    case .http(let host, let port, let path): "http://\(Self.bracketed(host)):\(port)\(path)"
    }
  }

  private static func bracketed(_ host: String) -> String {
    host.contains(":") ? "[\(host)]" : host
  }
}

extension Endpoint {
  /// Parses the URL form of an endpoint.
  ///
  /// - Parameter text: `tcp://HOST:PORT`, an IPv6 address in brackets as in `tcp://[::1]:1234`;
  ///   `tls://HOST:PORT`; `unix:///PATH`, whose path is absolute and taken as it stands, without percent escapes; or
  ///   `http://HOST:PORT/PATH`, whose path is Go's, `/_goRPC_`, when none is given.
  /// - Throws: An ``EndpointError`` that says what is wrong with the text.
  public init(_ text: String) throws(EndpointError) {
    if let path = text.wireSuffix(after: "unix://") {
      self = .unix(try Self.checkedPath(path, in: text))
    } else if let address = text.wireSuffix(after: "tcp://") {
      let (host, port) = try Self.hostAndPort(address, in: text)
      self = .tcp(host, port: port)
    } else if let address = text.wireSuffix(after: "tls://") {
      let (host, port) = try Self.hostAndPort(address, in: text)
      self = .tls(host, port: port)
    } else if let rest = text.wireSuffix(after: "http://") {
      let slash = rest.firstIndex(of: "/") ?? rest.endIndex
      let (host, port) = try Self.hostAndPort(String(rest[..<slash]), in: text)
      let path = String(rest[slash...])
      guard path.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw .invalidPath(text) }
      self = path.isEmpty || path == "/" ? .http(host, port: port) : .http(host, port: port, path: path)
    } else {
      throw .unknownScheme(text)
    }
  }

  private static func checkedPath(_ path: String, in text: String) throws(EndpointError) -> String {
    guard path.utf8.first == UInt8(ascii: "/"), path.utf8.count > 1 else { throw .missingPath(text) }
    guard !path.utf8.contains(0) else { throw .invalidPath(text) }
    guard path.utf8.count <= SocketPath.maximumBytes else {
      throw .pathTooLong(text, maximumBytes: SocketPath.maximumBytes)
    }
    return path
  }

  private static func hostAndPort(_ address: String, in text: String) throws(EndpointError) -> (String, Int) {
    guard let colon = address.lastIndex(of: ":"), !address.hasSuffix("]") else { throw .missingPort(text) }
    let digits = address[address.index(after: colon)...]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let port = UInt16(digits)
    else { throw .invalidPort(text) }
    var host = address[..<colon]
    if host.hasPrefix("[") {
      guard host.hasSuffix("]"), host.contains(":") else { throw .invalidHost(text) }
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      throw .unbracketedIPv6(text)
    }
    guard isHost(host) else { throw .invalidHost(text) }
    return (String(host), Int(port))
  }

  /// Whether the system may be asked for it.
  ///
  /// It would look no further than a NUL.
  private static func isHost(_ text: some StringProtocol) -> Bool {
    !text.isEmpty
      && text.unicodeScalars.allSatisfy { scalar in
        !scalar.properties.isWhitespace && scalar.properties.generalCategory != .control
          && !"/?#@[]".unicodeScalars.contains(scalar)
      }
  }

  /// Checks an endpoint that was not parsed.
  ///
  /// - Throws: An ``EndpointError`` for what the system would take for something else: of a port it would look at the
  ///   lowest 16 bits, and for an empty path it would find a name of its own.
  func check() throws(EndpointError) {
    switch self {
    case .tcp(let host, let port), .tls(let host, let port), .http(let host, let port, _):
      guard Self.isHost(host) else { throw .invalidHost(description) }
      guard UInt16(exactly: port) != nil else { throw .invalidPort(description) }
    case .unix(let path):
      guard !path.isEmpty else { throw .missingPath(description) }
      guard !path.utf8.contains(0) else { throw .invalidPath(description) }
      guard path.utf8.count <= SocketPath.maximumBytes else {
        throw .pathTooLong(description, maximumBytes: SocketPath.maximumBytes)
      }
    }
  }
}

/// What is wrong with the text of an endpoint.
///
/// Each case carries the text.
public enum EndpointError: Error, Sendable, Hashable {
  /// It begins with none of `tcp://`, `tls://`, `unix://` and `http://`.
  case unknownScheme(String)
  /// `tcp://`, `tls://` or `http://` is not followed by `HOST:PORT`.
  case missingPort(String)
  /// The port is not a number from 0 to 65535.
  case invalidPort(String)
  /// The host is empty or has a character that no host has.
  case invalidHost(String)
  /// An IPv6 address stands without its brackets.
  case unbracketedIPv6(String)
  /// `unix://` is not followed by an absolute path.
  case missingPath(String)
  /// The path of a Unix socket has a NUL character, or that of HTTP one that is not printable ASCII; or a listener's path
  /// of HTTP has no slash in front, or a query.
  case invalidPath(String)
  /// The path does not fit into a socket address.
  case pathTooLong(String, maximumBytes: Int)
}

extension EndpointError: CustomStringConvertible {
  /// The text, and what is wrong with it.
  public var description: String {
    switch self {
    case .unknownScheme(let text):
      "\(text): an endpoint is tcp://HOST:PORT, tls://HOST:PORT, unix:///PATH or http://HOST:PORT/PATH"
    case .missingPort(let text): "\(text): the port is missing, as in tcp://127.0.0.1:1234"
    case .invalidPort(let text): "\(text): the port is not a number from 0 to 65535"
    case .invalidHost(let text): "\(text): the host is not an address or a name"
    case .unbracketedIPv6(let text): "\(text): an IPv6 address stands in brackets, as in tcp://[::1]:1234"
    case .missingPath(let text): "\(text): an absolute path is missing, as in unix:///run/arith.sock"
    case .invalidPath(let text): "\(text): the path has a character that no path has, or no slash in front"
    case .pathTooLong(let text, let maximum): "\(text): the path is longer than \(maximum) bytes"
    }
  }
}

extension String {
  /// What follows the prefix, if the text begins with it byte for byte.
  fileprivate func wireSuffix(after prefix: String) -> String? {
    guard utf8.starts(with: prefix.utf8) else { return nil }
    return String(decoding: utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
  }
}

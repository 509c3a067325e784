/// What a listener offers on its one port.
///
/// The first byte of a connection tells raw RPC and HTTP apart: HTTP begins with an upper-case letter. A codec whose
/// messages may begin with one cannot share its port with HTTP.
public struct ListenerOffers: Sendable, Hashable {
  /// Whether RPC is spoken from a connection's first byte on, as netcat and `jsonrpc.Dial` do: true unless set.
  public var rpc = true

  /// The path at which `CONNECT` begins RPC, or nil for none.
  ///
  /// It begins with a slash, is printable ASCII, and has no `?` or `#`; Go's is `/_goRPC_`. Requests are matched as they
  /// are written, without their query: nothing is cleaned or unescaped.
  ///
  /// The codec that is spoken then is the listener's. Go's own client speaks gob there, so it is refused at its first
  /// call, by an error that it reports at once.
  public var connectPath: String?

  /// The debug page, or nil for none.
  public var debugPage: DebugPage?

  /// Offers raw RPC only.
  public init() {}

  /// Raw RPC only.
  public static let rpc = ListenerOffers()

  /// Raw RPC, and RPC by CONNECT at a path.
  ///
  /// - Parameter path: The path, Go's unless given.
  /// - Returns: The offers.
  public static func connect(path: String = RPCServer.defaultConnectPath) -> ListenerOffers {
    var offers = ListenerOffers()
    offers.connectPath = path
    return offers
  }

  /// Raw RPC, and the debug page.
  ///
  /// - Parameter page: The page, at Go's path unless given.
  /// - Returns: The offers.
  public static func debugPage(_ page: DebugPage = DebugPage()) -> ListenerOffers {
    var offers = ListenerOffers()
    offers.debugPage = page
    return offers
  }

  /// Whether anything of HTTP is offered.
  var includesHTTP: Bool { connectPath != nil || debugPage != nil }

  /// A path that is offered and that no request has, or nil where there is none.
  var unreachablePath: String? {
    [connectPath, debugPage?.path].compactMap { $0 }.first { path in
      !path.hasPrefix("/")
        || !path.utf8.allSatisfy { byte in
          (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "?") && byte != UInt8(ascii: "#")
        }
    }
  }
}

/// A page that shows a server's services, calls and connections to a browser.
public struct DebugPage: Sendable, Hashable {
  /// Its path: `/debug/rpc` unless set.
  ///
  /// It begins with a slash, is printable ASCII, and has no `?` or `#`. The same as JSON is at the path with `.json` behind it.
  public var path = "/debug/rpc"

  /// Whether only peers on this machine see it: true unless set.
  ///
  /// A proxy on this machine makes its clients peers of this machine.
  public var isLoopbackOnly = true

  /// The names by which the page may be asked for, in any letter case, without ports, IPv6 addresses in brackets.
  ///
  /// Any other is refused, so that no site can make a visitor's browser read the page under a name of its
  /// own (DNS rebinding).
  public var hosts: Set<String> = ["localhost", "127.0.0.1", "[::1]"]

  /// Makes the default page.
  public init() {}
}

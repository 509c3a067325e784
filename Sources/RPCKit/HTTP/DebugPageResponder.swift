import NIOCore

/// Decides who sees the debug page, and makes its responses.
struct DebugPageResponder: Sendable {
  /// Nothing is loaded from anywhere but the page's own stylesheet, and nobody frames it.
  private static let policy =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

  private static let jsonType = "application/json"

  let page: DebugPage
  let coder: any BodyCoder
  let snapshot: @Sendable () async -> ServerSnapshot

  private var jsonPath: String { page.path + ".json" }
  private var stylesheetPath: String { page.path + ".css" }

  /// The answer to a request for one of the page's paths, or nil when it is for none.
  ///
  /// As in Go, any method is as good as GET.
  func answer(_ request: HTTPRequest, from peer: Peer) -> HTTPServerConnection.Answer? {
    guard [page.path, jsonPath, stylesheetPath].contains(request.path) else { return nil }
    guard isAllowed(request, from: peer) else { return .respond(.forbidden) }
    switch request.path {
    case page.path: return .collect { await html() }
    case jsonPath where coder.mediaType == Self.jsonType: return .collect { await json() }
    case stylesheetPath: return .respond(response("text/css; charset=utf-8", DebugPageHTML.stylesheet))
    default: return nil
    }
  }

  private func isAllowed(_ request: HTTPRequest, from peer: Peer) -> Bool {
    guard !page.isLoopbackOnly || peer.isLoopback else { return false }
    guard let host = request.host, let name = Self.name(in: host) else { return false }
    return page.hosts.contains { $0.lowercased() == name }
  }

  /// The name in a Host field, in lower case, or nil where the field is not `NAME` or `NAME:PORT`.
  private static func name(in host: String) -> String? {
    var end = host.firstIndex(of: ":") ?? host.endIndex
    if host.hasPrefix("[") {
      // The brackets of an IPv6 address belong to the name, and the port stands behind them.
      guard let bracket = host.firstIndex(of: "]") else { return nil }
      end = host.index(after: bracket)
    }
    let port = host[end...]
    guard port.isEmpty || port.first == ":" && port.dropFirst().utf8.allSatisfy(\.isDigit) else { return nil }
    return host[..<end].lowercased()
  }

  private func html() async -> HTTPResponse {
    let page = DebugPageHTML(snapshot: await snapshot(), stylesheetPath: stylesheetPath)
    return response("text/html; charset=utf-8", page.text)
  }

  private func json() async -> HTTPResponse {
    guard let body = try? Body(encoding: await snapshot(), coder: coder) else { return .failed }
    return response(Self.jsonType, String(buffer: body.bytes) + "\n")
  }

  private func response(_ contentType: String, _ body: String) -> HTTPResponse {
    HTTPResponse(
      status: "200 OK",
      contentType: contentType,
      body: body,
      fields: [
        ("Content-Security-Policy", Self.policy), ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Referrer-Policy", "no-referrer"), ("Cache-Control", "no-store"),
      ]
    )
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}

extension Peer {
  /// Whether the peer is on this machine.
  var isLoopback: Bool {
    switch endpoint {
    case .tcp(let host, _), .tls(let host, _), .http(let host, _, _):
      host == "::1" || host.hasPrefix("127.") || host.hasPrefix("::ffff:127.")
    case .unix, nil: true
    }
  }
}

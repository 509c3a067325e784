import NIOCore

/// Decides who sees the debug page, and makes its responses.
struct DebugPageResponder: Sendable {
  private static let policy = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'"

  let page: DebugPage
  let coder: any BodyCoder
  let snapshot: @Sendable () async -> ServerSnapshot

  /// The answer to a request for one of the page's paths, or nil when it is for none.
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

  private static let jsonType = "application/json"
  private var jsonPath: String { page.path + ".json" }
  private var stylesheetPath: String { page.path + ".css" }

  private func isAllowed(_ request: HTTPRequest, from peer: Peer) -> Bool {
    guard !page.isLoopbackOnly || peer.isLoopback else { return false }
    guard let host = request.host else { return false }
    // Of an IPv6 address the brackets belong to the name, and the port stands behind them.
    let end =
      host.hasPrefix("[") ? host.firstIndex(of: "]").map(host.index(after:)) : host.firstIndex(of: ":")
    let name = host[..<(end ?? host.endIndex)]
    return page.hosts.contains(name.lowercased())
  }

  private func html() async -> HTTPResponse {
    let page = DebugPageHTML(snapshot: await snapshot(), stylesheetPath: stylesheetPath)
    return response("text/html; charset=utf-8", page.text)
  }

  private func json() async -> HTTPResponse {
    do {
      let body = try Body(encoding: await snapshot(), coder: coder)
      return response(Self.jsonType, String(buffer: body.bytes))
    } catch {
      return response("text/plain; charset=utf-8", "\(error)")
    }
  }

  private func response(_ contentType: String, _ body: String) -> HTTPResponse {
    HTTPResponse(
      status: "200 OK",
      contentType: contentType,
      body: body,
      fields: [
        ("Content-Security-Policy", Self.policy), ("Cache-Control", "no-store"),
        ("Referrer-Policy", "no-referrer"),
      ]
    )
  }
}

extension Peer {
  /// Whether the peer is on this machine.
  var isLoopback: Bool {
    switch endpoint {
    case .tcp(let host, _), .http(let host, _, _):
      host == "::1" || host.hasPrefix("127.") || host.hasPrefix("::ffff:127.")
    case .unix, nil: true
    }
  }
}

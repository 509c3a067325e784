/// Go's debug page for the same services, and below it what Go does not show.
///
/// Go: debug.go. Services and methods stand in byte order. Every text that a program or a peer chose is escaped.
struct DebugPageHTML {
  static let stylesheet = """
    body { font: 14px/1.4 sans-serif; margin: 2em; color: #222; background: #fff }
    table { border-collapse: collapse }
    th, td { padding: 2px 10px; text-align: right; font-variant-numeric: tabular-nums }
    th:first-child, td:first-child { text-align: left; font-family: monospace }
    tr:nth-child(even) td { background: #f3f3f3 }

    """

  let snapshot: ServerSnapshot
  let stylesheetPath: String

  var text: String {
    """
    <html>
    <head>
    <meta charset="utf-8">
    <meta http-equiv="refresh" content="2">
    <title>Services</title>
    <link rel="stylesheet" href="\(stylesheetPath.escapedForHTML)">
    </head>
    <body>
    \(snapshot.services.map(service).joined())\(calls)\(connections)</body>
    </html>
    """
  }

  private func service(_ service: ServerSnapshot.Service) -> String {
    """
    <hr>
    Service \(service.name.escapedForHTML)
    <hr>
    <table>
    <tr><th>Method</th><th>Calls</th><th>Errors</th><th>Bytes in</th><th>Bytes out</th><th>p50 µs</th><th>p99 µs</th></tr>
    \(service.methods.map(method).joined())</table>

    """
  }

  private func method(_ method: ServerSnapshot.Method) -> String {
    let signature = "\(method.name)(\(method.argument), \(method.reply)) error"
    return """
      <tr><td>\(signature.escapedForHTML)</td><td>\(method.calls)</td><td>\(method.errors)</td>\
      <td>\(method.requestBytes)</td><td>\(method.replyBytes)</td>\
      <td>\(time(method.p50Microseconds))</td><td>\(time(method.p99Microseconds))</td></tr>

      """
  }

  private var calls: String {
    let rows = snapshot.connections.flatMap { connection in
      connection.callsInFlight.map { call in
        """
        <tr><td>\(call.method.escapedForHTML)</td><td>\(call.ageMilliseconds)</td>\
        <td>\(connection.peer.escapedForHTML)</td></tr>

        """
      }
    }
    return """
      <hr>
      Calls in flight: \(rows.count)
      <hr>
      <table>
      <tr><th>Method</th><th>Age ms</th><th>Peer</th></tr>
      \(rows.joined())</table>

      """
  }

  private var connections: String {
    let rows = snapshot.connections.map { connection in
      """
      <tr><td>\(connection.peer.escapedForHTML)</td><td>\(connection.codec.escapedForHTML)</td>\
      <td>\(connection.callsInFlight.count)</td></tr>

      """
    }
    return """
      <hr>
      Connections: \(rows.count)
      <hr>
      <table>
      <tr><th>Peer</th><th>Codec</th><th>Calls in flight</th></tr>
      \(rows.joined())</table>

      """
  }

  private func time(_ microseconds: Double?) -> String {
    microseconds.map { String(Int($0.rounded())) } ?? "–"
  }
}

extension String {
  /// With every character replaced that HTML gives a meaning.
  var escapedForHTML: String {
    var text = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&#34;"
      case "'": text += "&#39;"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}

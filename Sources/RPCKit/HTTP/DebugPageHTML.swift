/// Go's debug page for the same services, and below it what Go does not show.
///
/// Go: debug.go. Services and methods stand in byte order, and what Go's page has of them stands in Go's markup, in
/// front of the rest. Every text that a program or a peer chose is escaped.
struct DebugPageHTML {
  /// What the lists of calls and connections show at most; the rest is counted.
  static let maximumRows = 200

  let snapshot: ServerSnapshot
  let stylesheetPath: String

  var text: String {
    """
    <!DOCTYPE html>
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
    let rows = service.methods.map { method($0, of: service.name) }
    return section(
      "Service \(service.name.escapedForHTML)",
      head: """
        <th align=center>Method</th><th align=center>Calls</th>\
        <th>In flight</th><th>Errors</th><th>Bytes in</th><th>Bytes out</th><th>p50</th><th>p99</th>
        """,
      rows: rows
    )
  }

  private func method(_ method: ServerSnapshot.Method, of service: String) -> String {
    let signature = "\(method.name)(\(method.argument), \(method.reply)) error"
    return """
      <td align=left font=fixed>\(signature.escapedForHTML)</td>
      <td align=center>\(method.calls)</td>
      <td>\(callsInFlight["\(service).\(method.name)"] ?? 0)</td><td>\(method.errors)</td>\
      <td>\(method.requestBytes)</td><td>\(method.replyBytes)</td>\
      <td>\(Self.time(method.p50Microseconds))</td><td>\(Self.time(method.p99Microseconds))</td>
      """
  }

  private var callsInFlight: [String: Int] {
    snapshot.connections.reduce(into: [:]) { counts, connection in
      for call in connection.callsInFlight { counts[call.method, default: 0] += 1 }
    }
  }

  private var calls: String {
    let rows = snapshot.connections.flatMap { connection in
      connection.callsInFlight.map { call in
        """
        <td align=left>\(call.method.escapedForHTML)</td>\
        <td>\(Self.time(Double(call.ageMilliseconds) * 1000))</td>\
        <td align=left>\(connection.peer.escapedForHTML)</td>
        """
      }
    }
    return section(
      "Calls in flight: \(rows.count)",
      head: "<th>Method</th><th>Age</th><th align=left>Peer</th>",
      rows: rows
    )
  }

  private var connections: String {
    let rows = snapshot.connections.map { connection in
      """
      <td align=left>\(connection.peer.escapedForHTML)</td>\
      <td align=left>\(connection.codec.escapedForHTML)</td><td>\(connection.callsInFlight.count)</td>
      """
    }
    return section(
      "Connections: \(rows.count)",
      head: "<th>Peer</th><th align=left>Codec</th><th>Calls in flight</th>",
      rows: rows
    )
  }

  /// A title between two rules, and a table, as Go has them.
  private func section(_ title: String, head: String, rows: [String]) -> String {
    let hidden = rows.count - Self.maximumRows
    return """
      <section>
      <hr>
      \(title)
      <hr>
      <table>
      <tr>\(head)</tr>
      \(rows.prefix(Self.maximumRows).map { "<tr>\n\($0)\n</tr>\n" }.joined())</table>
      \(hidden > 0 ? "and \(hidden) more\n" : "")</section>

      """
  }

  private static func time(_ microseconds: Double?) -> String {
    guard let microseconds else { return "–" }
    switch microseconds {
    case ..<1000: return "\(Int(microseconds.rounded())) µs"
    case ..<1_000_000: return "\((microseconds / 100).rounded() / 10) ms"
    default: return "\((microseconds / 100_000).rounded() / 10) s"
    }
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

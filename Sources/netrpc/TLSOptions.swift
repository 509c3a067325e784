import ArgumentParser
import RPCKit

/// Whom the command believes on `tls://` endpoints, and how it proves who calls.
///
/// The names are curl's.
struct TLSOptions: ParsableArguments {
  @Option(
    name: [.customLong("cacert"), .customLong("ca")],
    help: ArgumentHelp(
      "The authorities whose servers are believed, or a server's own certificate, in PEM form; the system's unless given.",
      valueName: "file"
    )
  )
  var authorities: String?

  @Option(
    name: .customLong("cert"),
    help: ArgumentHelp("The certificate to show to the server, in PEM form.", valueName: "file")
  )
  var certificate: String?

  @Option(
    name: .customLong("key"),
    help: ArgumentHelp("Its private key; in the certificate's file unless given.", valueName: "file")
  )
  var key: String?

  @Option(
    name: .customLong("servername"),
    help: ArgumentHelp(
      "The name the server's certificate is for; the endpoint's host unless given.",
      valueName: "name"
    )
  )
  var serverName: String?

  func validate() throws {
    if key != nil, certificate == nil { throw ValidationError("--key needs --cert") }
  }

  var configuration: ClientTLS {
    var tls = ClientTLS()
    if let authorities { tls.trustRoots = .pem(.file(authorities)) }
    if let certificate {
      tls.identity = ClientTLS.Identity(
        certificateChain: .file(certificate),
        privateKey: .file(key ?? certificate)
      )
    }
    tls.serverName = serverName
    return tls
  }
}

import ArgumentParser
import Codecs
import Foundation
import Logging
import RPCKit
import ServiceLifecycle
import UnixSignals

/// Serves ``Arith`` until it is told to stop.
@main
struct ArithServer: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "arith-server",
    abstract: "Serve Arith.Multiply and Arith.Divide, the service of Go's net/rpc documentation."
  )

  @Option(help: "Where to listen. Port 0 takes any free one.", transform: parseEndpoint)
  var listen = Endpoint.tcp("127.0.0.1", port: 1234)

  @Option(help: "The JSON engine: foundation, jansson or native.", transform: parseCodec)
  var codec = Codec.foundationJSON

  @Option(
    help: ArgumentHelp("The certificate to show on a tls:// endpoint, in PEM form.", valueName: "file")
  )
  var cert: String?

  @Option(
    help: ArgumentHelp("Its private key; in the certificate's file unless given.", valueName: "file")
  )
  var key: String?

  @Option(
    help: ArgumentHelp(
      "The authorities one of which must have issued a client's certificate.",
      valueName: "file"
    )
  )
  var clientCa: String?

  func run() async throws {
    var configuration = ServerConfiguration()
    if let cert {
      configuration.tls = ServerTLS(
        certificateChain: .file(cert),
        privateKey: .file(key ?? cert),
        clientCertificates: clientCa.map { .required(trusting: .file($0)) } ?? .ignored
      )
    }
    let group = ServiceGroup(
      services: [Serving(endpoint: listen, codec: codec, configuration: configuration)],
      logger: Logger(label: "arith-server") { _ in SwiftLogNoOpLogHandler() }
    )
    let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
    let running = Task { try await group.run() }
    Task {
      var signals = signals.makeAsyncIterator()
      // The calls in flight are still answered.
      if await signals.next() != nil { await group.triggerGracefulShutdown() }
      // Or they are not: the second signal ends it at once.
      if await signals.next() != nil { running.cancel() }
    }
    try await running.value
  }
}

/// Listens, says where, and serves until a signal asks for the end; calls in flight are then still answered.
private struct Serving: Service {
  let endpoint: Endpoint
  let codec: Codec
  let configuration: ServerConfiguration

  func run() async throws {
    let server = RPCServer(configuration: configuration)
    try server.register(Arith())
    let listener = try await server.listen(on: endpoint, codec: codec)
    print("listening on \(listener.endpoint)")
    fflush(nil)

    await server.run()
  }
}

private func parseEndpoint(_ text: String) throws -> Endpoint {
  do { return try Endpoint(text) } catch { throw ValidationError("\(error)") }
}

private func parseCodec(_ name: String) throws -> Codec {
  switch name {
  case "foundation":
    return .foundationJSON
  case "native":
    return .native
  #if Jansson
    case "jansson":
      return .jansson
  #else
    case "jansson":
      throw ValidationError("this build has no libjansson: it was made with the trait Jansson switched off")
  #endif
  default:
    throw ValidationError("no such codec: foundation, jansson or native")
  }
}

import ArgumentParser
import Codecs
import Dispatch
import Foundation
import RPCKit

/// Serves ``Arith`` until it is told to stop.
@main
struct ArithServer: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "arith-server",
    abstract: "Serve Arith.Multiply and Arith.Divide, the service of Go's net/rpc documentation."
  )

  @Option(help: "Where to listen. Port 0 takes any free one.", transform: parseEndpoint)
  var listen = Endpoint.tcp("127.0.0.1", port: 1234)

  @Option(help: "The JSON engine: foundation or jansson.", transform: parseCodec)
  var codec = Codec.foundationJSON

  func run() async throws {
    let stopSignals = StopSignals(SIGTERM, SIGINT)
    let server = RPCServer()
    try server.register(Arith())
    let listener = try await server.listen(on: listen, codec: codec)
    print("listening on \(listener.endpoint)")
    fflush(nil)

    await stopSignals.first()
    await server.close()
  }
}

private func parseEndpoint(_ text: String) throws -> Endpoint {
  do { return try Endpoint(text) } catch { throw ValidationError("\(error)") }
}

private func parseCodec(_ name: String) throws -> Codec {
  switch name {
  case "foundation":
    return .foundationJSON
  #if Jansson
    case "jansson":
      return .jansson
  #else
    case "jansson":
      throw ValidationError("this build has no libjansson: it was made with the trait Jansson switched off")
  #endif
  default:
    throw ValidationError("no such codec: foundation or jansson")
  }
}

/// Lets signals end a wait in place of the process.
private struct StopSignals {
  let arrivals: AsyncStream<Void>
  private let sources: [any DispatchSourceSignal]

  init(_ numbers: Int32...) {
    let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
    self.arrivals = arrivals
    self.sources = numbers.map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { arrival.yield() }
      source.resume()
      return source
    }
  }

  func first() async {
    _ = await arrivals.first { true }
    for source in sources { source.cancel() }
  }
}

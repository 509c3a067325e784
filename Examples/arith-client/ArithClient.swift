import ArgumentParser
import Codecs
import RPCKit

/// Calls a server of `Arith`, written in Swift or in Go, and prints each request and reply.
@main
struct ArithClient: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "arith-client",
    abstract: "Call Arith.Multiply and Arith.Divide on a server written in Swift or in Go."
  )

  @Argument(
    help: "Where the server listens: tcp://HOST:PORT, tls://HOST:PORT, unix:///PATH or http://HOST:PORT.",
    transform: parseEndpoint
  )
  var endpoint: Endpoint

  @Option(help: "The JSON engine: foundation, jansson or native.", transform: parseCodec)
  var codec = Codec.foundationJSON

  @Option(
    help: ArgumentHelp(
      "The authorities whose servers are believed on tls://; the system's unless given.",
      valueName: "file"
    )
  )
  var cacert: String?

  func run() async throws {
    var configuration = ClientConfiguration()
    if let cacert { configuration.tls.trustRoots = .pem(.file(cacert)) }
    let client = try await RPCClient.connect(to: endpoint, codec: codec, configuration: configuration)

    let args = Args(A: 7, B: 8)
    let product = try await client.call("Arith.Multiply", args, returning: Int.self)
    print("Arith.Multiply \(args) -> \(product)")

    // Go's Client.Go: the call is under way while others are made.
    let division = client.start("Arith.Divide", Args(A: 7, B: 2), returning: Quotient.self)
    let quotient = try await division.reply
    print("Arith.Divide \(Args(A: 7, B: 2)) -> \(quotient)")

    do {
      _ = try await client.call("Arith.Divide", Args(A: 7, B: 0), returning: Quotient.self)
      throw ExitCode.failure
    } catch RPCError.server(let error) {
      print("Arith.Divide \(Args(A: 7, B: 0)) -> error: \(error)")
    }

    try await client.close()
  }
}

/// The two numbers, on the wire `{"A":7,"B":8}`.
private struct Args: Codable, Sendable, CustomStringConvertible {
  var A: Int
  var B: Int

  var description: String { "{A: \(A), B: \(B)}" }
}

/// What `Divide` answers, on the wire `{"Quo":3,"Rem":1}`.
private struct Quotient: Codable, Sendable, CustomStringConvertible {
  var Quo: Int
  var Rem: Int

  var description: String { "{Quo: \(Quo), Rem: \(Rem)}" }
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

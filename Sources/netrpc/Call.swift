import ArgumentParser
import Codecs
import Foundation
import NIOCore
import RPCKit

/// Makes one call: `netrpc call`.
///
/// The argument and the reply pass through as text, so numbers keep every digit.
struct Call: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Call one method and print its result as JSON.",
    discussion: """
      The argument is one JSON value. Without one it is read from standard input, unless that is a terminal; \
      when nothing is there either, the argument is null.

      The exit status is 0 for a result, 1 for an error of the server, and 2 for anything that kept the call from \
      being answered: usage, connection, protocol, time.
      """
  )

  @Argument(
    help: "The server: tcp://127.0.0.1:1234, tls://HOST:PORT, unix:///PATH or http://127.0.0.1:1234/_goRPC_.",
    transform: Endpoint.init(argument:)
  )
  var endpoint: Endpoint

  @Argument(help: "The method, such as Arith.Multiply.")
  var method: String

  @Argument(help: "The argument as JSON, such as '{\"A\":7,\"B\":8}'.")
  var json: String?

  @Option(help: "The JSON engine: foundation, jansson or native.", transform: Codec.init(argument:))
  var codec = Codec.foundationJSON

  @Option(
    help: "How many seconds connecting and answering may take, such as 2.5.",
    transform: Duration.init(argument:)
  )
  var timeout = Duration.seconds(60)

  @OptionGroup(title: "TLS")
  var tls: TLSOptions

  func run() async throws {
    let argument = try argumentBody()
    let calling = Task { try await reply(to: argument) }
    let timer = Task {
      try await Task.sleep(for: timeout)
      calling.cancel()
    }
    defer { timer.cancel() }
    do {
      TerminalText.write(String(buffer: try await calling.value.bytes) + "\n", to: .standardOutput)
    } catch RPCError.cancelled {
      throw Failure(.timedOut(after: timeout))
    } catch let error as RPCError {
      throw Failure(error)
    }
  }

  /// Connects and calls, each for as long as it likes: whoever waits has one time limit for both.
  private func reply(to argument: Body) async throws(RPCError) -> Body {
    var configuration = ClientConfiguration()
    configuration.connectTimeout = timeout
    configuration.tls = tls.configuration
    let client = try await RPCClient.connect(to: endpoint, codec: codec, configuration: configuration)
    let reply = try await client.call(method, body: argument, timeout: timeout)
    try await client.close()
    return reply
  }

  /// The argument, checked before anything is sent.
  private func argumentBody() throws -> Body {
    let bytes: ByteBuffer
    if let json {
      bytes = ByteBuffer(string: json)
    } else if isatty(STDIN_FILENO) == 0, let input = try FileHandle.standardInput.readToEnd(), !isBlank(input)
    {
      bytes = ByteBuffer(bytes: input)
    } else {
      bytes = ByteBuffer(string: "null")
    }
    do throws(CodecError) {
      return try Body(json: bytes, coder: codec.coder)
    } catch {
      throw Failure("the argument is not JSON: \(error)")
    }
  }

  private func isBlank(_ input: Data) -> Bool {
    input.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
  }
}

import ArgumentParser
import Foundation

/// The command `netrpc`, whose subcommands are types of their own.
@main
struct NetRPC: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "netrpc",
    abstract: "Speak net/rpc's JSON-RPC to a server from the shell.",
    subcommands: [Call.self]
  )

  /// Runs the command, and gives every failure the exit status that this command documents.
  ///
  /// ArgumentParser's own `main()` would exit with 64 for a usage error.
  static func main() async {
    do {
      var command = try parseAsRoot()
      if var asyncCommand = command as? any AsyncParsableCommand {
        try await asyncCommand.run()
      } else {
        try command.run()
      }
    } catch let failure as Failure {
      exit(with: failure.status, saying: failure.description)
    } catch  where exitCode(for: error) == .success {
      exit(withError: error)  // --help, which prints to standard output
    } catch {
      exit(with: .trouble, saying: fullMessage(for: error))
    }
  }

  private static func exit(with status: Failure.Status, saying message: String) -> Never {
    TerminalText.write("\(message)\n", to: .standardError)
    Foundation.exit(status.rawValue)
  }
}

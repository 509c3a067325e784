import Foundation

/// What a server has sent, as it is written to a person or a program.
///
/// A terminal takes control characters for commands to itself; a program gets every byte as it is.
enum TerminalText {
  /// Writes text to a file.
  static func write(_ text: String, to file: FileHandle) {
    let isTerminal = isatty(file.fileDescriptor) == 1
    file.write(Data((isTerminal ? escaped(text) : text).utf8))
  }

  /// The text with its control characters as JSON spells them, but for those that only move on.
  private static func escaped(_ text: String) -> String {
    var safe = ""
    for scalar in text.unicodeScalars {
      let isCommand = scalar.properties.generalCategory == .control && scalar != "\n" && scalar != "\t"
      if isCommand {
        safe += String(format: "\\u%04x", scalar.value)
      } else {
        safe.unicodeScalars.append(scalar)
      }
    }
    return safe
  }
}

import Foundation

/// A text for readers: an article, the README, or the comments of a source.
struct Article: Sendable, CustomStringConvertible {
  /// Where it is, from the package's directory on.
  let path: String
  let text: String

  var description: String { path }

  /// The package's directory.
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Every article, and the documents beside them.
  static let all = files(in: "Sources", with: "md") + ["README.md", "CONTRIBUTING.md"].map(file)

  static let sources = files(in: "Sources", with: "swift")

  /// The comments of every source, as articles of their own.
  static let comments = sources.map { source in
    let lines = source.text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.drop { $0 == " " } }
      .filter { $0.hasPrefix("///") }
      .map { $0.dropFirst($0.hasPrefix("/// ") ? 4 : 3) }
    return Article(path: source.path, text: lines.joined(separator: "\n"))
  }

  static let tests = files(in: "Tests", with: "swift")

  /// Everything in which an example may stand, as ``lines(_:)`` has it.
  static let swiftExamples = (tests + files(in: "Examples", with: "swift")).map { lines($0.text) }.joined()
  static let goExamples = files(in: "Examples/go", with: "go").map { lines($0.text) }.joined()

  static func file(_ path: String) -> Article {
    let text = (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? ""
    return Article(path: path, text: text)
  }

  private static func files(in directory: String, with suffix: String) -> [Article] {
    let names = FileManager.default.enumerator(atPath: root.appending(path: directory).path)
    return (names?.compactMap { $0 as? String } ?? [])
      .filter { $0.hasSuffix("." + suffix) }
      .sorted()
      .map { file(directory + "/" + $0) }
  }

  /// Whether a code span is a path within the package.
  static func isPath(_ span: Substring) -> Bool {
    span.wholeMatch(of: /(Sources|Tests|Examples|Scripts|Documentation|Benchmarks|Fuzz)\/\S*/) != nil
  }

  static func exists(_ path: Substring) -> Bool {
    FileManager.default.fileExists(atPath: root.appending(path: String(path)).path)
  }

  // MARK: What stands in it

  /// The texts between single backticks.
  var codeSpans: [Substring] {
    let prose = text.replacing(/```[\s\S]*?```/, with: "").replacing(/``[^`]*``/, with: "")
    return prose.matches(of: /`([^`\n]+)`/).map(\.1)
  }

  /// The fenced examples in a language.
  func examples(in language: String) -> [Substring] {
    text.matches(of: /```(\w*)\n([\s\S]*?)```/).filter { $0.1 == language }.map(\.2)
  }

  /// The lines without indentation and without empty ones, each between line feeds.
  static func lines(_ text: some StringProtocol) -> String {
    let lines = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    return "\n" + lines.filter { !$0.isEmpty }.joined(separator: "\n") + "\n"
  }
}

/// A test that an article names: `RPCClientTests/closing twice is Go's error`.
struct NamedTest {
  let file: String
  let sentence: String

  /// Takes a code span for a test's name, if it has the form of one.
  init?(_ span: Substring) {
    guard !Article.isPath(span),
      let match = span.wholeMatch(of: /(?:[A-Z]\w*Tests\/)?([A-Z][\w+]*)\/([^\/].*)/)
    else { return nil }
    self.file = String(match.1)
    self.sentence = String(match.2)
    guard file.hasSuffix("Tests") || !sources.isEmpty else { return nil }
  }

  /// The files of this name: some names occur in two targets.
  private var sources: [Article] {
    Article.tests.filter { $0.path.hasSuffix("/\(file).swift") }
  }

  /// Whether there is a test of this name, or a row of a test's table, in a file of this name.
  var exists: Bool {
    let forms = ["func `\(sentence)`(", "func \(sentence)(", "\"\(sentence)\""]
    return sources.contains { source in forms.contains(where: source.text.contains) }
  }
}

import Foundation
import Testing

/// What the articles say, as far as a machine can see whether it is so.
@Suite(.timeLimit(.minutes(2)))
struct ArticleTests {
  @Test func `every test that an article names exists`() {
    for article in Article.all {
      for test in article.codeSpans.compactMap(NamedTest.init) {
        #expect(test.exists, "\(article): \(test.file)/\(test.sentence)")
      }
    }
  }

  @Test func `every file that an article names exists`() {
    for article in Article.all {
      // A folder may be one that a command makes.
      for path in article.codeSpans.filter(Article.isPath) where !path.hasSuffix("/") {
        #expect(Article.exists(path), "\(article): \(path)")
      }
    }
  }

  @Test func `a test that does not exist is found out`() throws {
    let article = Article(path: "x.md", text: "``RPCKit/Codec``, `ArticleTests/a sentence that is none`")

    let tests = article.codeSpans.compactMap(NamedTest.init)

    #expect(tests.map(\.file) == ["ArticleTests"])
    #expect(tests.allSatisfy { !$0.exists })
  }

  /// Code that is read and never compiled is soon wrong.
  @Test func `every example in Swift stands in a test or an example`() {
    for article in Article.all + Article.comments {
      for example in article.examples(in: "swift") {
        let isThere = Article.swiftExamples.contains(Article.lines(example))
        #expect(isThere, "\(article):\n\(example)")
      }
    }
  }

  @Test func `every example in Go stands in a program`() {
    for article in Article.all {
      for example in article.examples(in: "go") {
        let isThere = Article.goExamples.contains(Article.lines(example))
        #expect(isThere, "\(article):\n\(example)")
      }
    }
  }

  @Test func `every line of the log and every figure stands in the article`() {
    let article = Article.file("Sources/RPCKit/RPCKit.docc/Observing.md").text
    let line = /logger\.(?:debug|info|notice|warning|error|log)\((?:\s*level:[^"]+)?\s*"([^"\\]+)"/
    let figure = /label: "(rpc_\w+)"/

    let named = Article.sources.flatMap {
      $0.text.matches(of: line).map(\.1) + $0.text.matches(of: figure).map(\.1)
    }

    #expect(named.count > 20)
    for name in named { #expect(article.contains("`\(name)`"), "\(name)") }
  }

  @Test func `the table of parity has every point, and a test for each`() throws {
    let table = Article.file("Sources/RPCKit/RPCKit.docc/Parity.md").text
    let rows = table.split(separator: "\n").filter { $0.contains(#/^\| \d/#) }
    let numbers = rows.compactMap { $0.firstMatch(of: #/^\| (\d+)\./#).flatMap { Int($0.1) } }

    #expect(Set(numbers) == Set(1...69))
    for row in rows {
      let proof = row.split(separator: "|").last ?? ""
      #expect(proof.matches(of: /`([^`]+)`/).contains { NamedTest($0.1) != nil }, "\(row)")
    }
  }
}

import Codecs
import Foundation
import RPCKit
import Testing

/// `RPC.Describe`, by which a server explains itself.
@Suite(.timeLimit(.minutes(1)))
struct DescribeTests {
  private static let request = #"{"method":"RPC.Describe","params":[null],"id":0}"#

  @Test func `it is off unless it is asked for`() async throws {
    try await withServer { _, endpoint in
      let reply = try await answer(to: Self.request, from: endpoint, halfClosing: true)

      #expect(reply.contains("rpc: can't find service RPC.Describe"))
    }
  }

  @Test(arguments: Engine.all)
  func `it lists services and methods with their types, in byte order`(engine: Engine) async throws {
    try await withServer(describing, codec: engine.codec) { _, endpoint in
      let services = try await describe(endpoint).services

      #expect(services.map(\.name) == ["Arith", "RPC"])
      #expect(services[0].methods.map(\.name) == ["Divide", "Multiply"])
      #expect(services[0].methods.map(\.argument) == ["Args", "Args"])
      #expect(services[0].methods.map(\.reply) == ["Quotient", "Int"])
    }
  }

  @Test(arguments: Engine.all)
  func `each example can be pasted as it stands in the reply, and is answered`(engine: Engine) async throws {
    try await withServer(describing, codec: engine.codec) { server, endpoint in
      try server.register("Types.Everything") { (_: Everything) in true }
      try server.register("Types.Text") { (text: String) in text }
      try server.register("Types.Number") { (number: Double) in number }
      try server.register("Types.Optional") { (_: Int?) in true }
      try server.register("Types.Table") { (_: [String: [Int]]) in true }
      try server.register("Types.DecodableOnly") { (_: DecodableOnly) in true }
      try server.register("Types.List") { (list: List) in list.name }
      try server.register("Types.Choice") { (choice: Choice) in choice.rawValue }
      try server.register("Types.ID") { (_: UUID) in true }
      try server.register("Types.Date") { (_: Date) in true }
      try server.register("Types.URL") { (_: URL) in true }
      try server.register("Types.Data") { (_: Data) in true }

      let methods = try await describe(endpoint).services.flatMap(\.methods)

      #expect(methods.count == 15)
      for method in methods {
        let example = try #require(method.example, "\(method.name)")
        let reply = try await answer(to: example, from: endpoint, halfClosing: true)
        // Arith.Divide is not asked to divide by something.
        let isFine = reply.contains(#""error":null"#) || reply.contains("divide by zero")
        #expect(isFine, "\(example) gave \(reply)")
      }
    }
  }

  @Test(arguments: Engine.all)
  func `an example shows the argument's members`(engine: Engine) async throws {
    try await withServer(describing, codec: engine.codec) { server, endpoint in
      try server.register("Types.DecodableOnly") { (_: DecodableOnly) in true }

      let services = try await describe(endpoint).services
      let multiply = try #require(services[0].methods[1].example)
      let only = try #require(services[2].methods[0].example)

      #expect(try members(multiply) == ["A", "B"])
      #expect(try members(only) == ["name", "numbers", "inner", "maybe"])
    }
  }

  @Test func `a type that accepts no example has none`() async throws {
    try await withServer(describing) { server, endpoint in
      try server.register("Types.Stubborn") { (_: Stubborn) in true }

      let services = try await describe(endpoint).services

      #expect(services[2].methods[0].argument == "Stubborn")
      #expect(services[2].methods[0].example == nil)
    }
  }

  @Test func `services that are registered later are described as well`() async throws {
    try await withServer(describing) { server, endpoint in
      try server.register("Late.Comer") { (_: Empty) in 1 }

      let names = try await describe(endpoint).services.map(\.name)
      #expect(names == ["Arith", "Late", "RPC"])
    }
  }

  @Test func `a server that describes itself is not kept alive by it`() async throws {
    weak var server: RPCServer?
    do {
      let described = RPCServer(configuration: describing)
      server = described
    }
    #expect(server == nil)
  }

  private var describing: ServerConfiguration {
    var configuration = ServerConfiguration()
    configuration.describesItself = true
    return configuration
  }

  private func members(_ request: String) throws -> Set<String> {
    let object = try JSONSerialization.jsonObject(with: Data(request.utf8)) as? [String: Any]
    let argument = (object?["params"] as? [[String: Any]])?.first
    return Set(try #require(argument).keys)
  }

  /// The reply, with each example as the text that a person would copy out of it.
  private func describe(_ endpoint: Endpoint) async throws -> Description {
    let reply = try await answer(to: Self.request, from: endpoint, halfClosing: true)
    let response = try JSONDecoder().decode(Response.self, from: Data(reply.utf8))
    return response.result
  }
}

private struct Response: Decodable {
  var result: Description
}

private struct Description: Decodable {
  struct Service: Decodable {
    var name: String
    var methods: [Method]
  }

  struct Method: Decodable {
    var name: String
    var argument: String
    var reply: String
    var example: String?

    enum CodingKeys: CodingKey { case name, argument, reply, example }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      name = try container.decode(String.self, forKey: .name)
      argument = try container.decode(String.self, forKey: .argument)
      reply = try container.decode(String.self, forKey: .reply)
      let request = try container.decodeIfPresent(JSONText.self, forKey: .example)
      example = request?.text
    }
  }

  var services: [Service]
}

/// Any JSON, as text.
private struct JSONText: Decodable {
  var text: String

  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    if let object = try? decoder.container(keyedBy: Key.self) {
      let members = try object.allKeys.map { key in
        "\"\(key.stringValue)\":" + (try object.decode(JSONText.self, forKey: key).text)
      }
      text = "{" + members.joined(separator: ",") + "}"
    } else if let elements = try? [JSONText](from: decoder) {
      text = "[" + elements.map(\.text).joined(separator: ",") + "]"
    } else {
      let value = try decoder.singleValueContainer()
      if value.decodeNil() {
        text = "null"
      } else if let flag = try? value.decode(Bool.self) {
        text = "\(flag)"
      } else if let number = try? value.decode(Double.self) {
        text = number == number.rounded() ? "\(Int(number))" : "\(number)"
      } else {
        text = "\"\(try value.decode(String.self))\""
      }
    }
  }
}

private struct Everything: Codable, Sendable {
  var text: String
  var flag: Bool
  var small: Int8
  var large: UInt64
  var fraction: Double
  var numbers: [Int]
  var table: [String: Int]
  var bytes: Data
  var when: Date
  var maybe: Args?
  var choice: Choice
}

private enum Choice: String, Codable, CaseIterable, Sendable { case first, second }

private struct DecodableOnly: Decodable, Sendable {
  struct Inner: Decodable { var flag: Bool }

  var name: String
  var numbers: [Int]
  var inner: Inner
  var maybe: Int?
}

private final class List: Codable, Sendable {
  let name: String
  let next: List?
}

private struct Stubborn: Codable, Sendable {
  init(from decoder: any Decoder) throws {
    throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "never"))
  }
}

import NIOCore
import Testing

@testable import RPCKit

@Suite(.timeLimit(.minutes(1)))
struct ServiceRegistryTests {
  private let registry = ServiceRegistry()

  private func register(_ serviceMethod: String) throws(RegistrationError) {
    try registry.register(serviceMethod, execution: nil, function: .answering("x"))
  }

  private func registerService(
    as name: String,
    _ methods: [RPCMethod<Arith>] = Arith.methods
  ) throws(RegistrationError) {
    try registry.register(Arith(), as: name, methods: methods, execution: nil)
  }

  /// The text that the caller of a method gets, if it is not found.
  private func text(_ serviceMethod: String) -> String? {
    do throws(CallFailure) {
      _ = try registry.method(named: serviceMethod)
      return nil
    } catch {
      return error.text
    }
  }

  // MARK: Finding

  @Test func `a service's methods are found by their full names`() throws {
    try registerService(as: "Arith")

    let method = try registry.method(named: "Arith.Add")

    #expect(method.serviceMethod == "Arith.Add")
  }

  @Test func `a name is split at its last dot`() throws {
    try registerService(as: "net.rpc.Arith")

    let found = text("net.rpc.Arith.Add")

    #expect(found == nil)
    #expect(text("rpc.Arith.Add") == "rpc: can't find service rpc.Arith.Add")
    #expect(text("net.rpc.Arith.Sub") == "rpc: can't find method net.rpc.Arith.Sub")
  }

  // Go: rpc/server.go, readRequestHeader(); GO-BEHAVIOUR.md, 16.
  @Test(arguments: [
    ("", "rpc: service/method request ill-formed: "),
    ("Add", "rpc: service/method request ill-formed: Add"),
    ("Nobody.Add", "rpc: can't find service Nobody.Add"),
    (".Add", "rpc: can't find service .Add"),
    (".", "rpc: can't find service ."),
    ("Arith.Sub", "rpc: can't find method Arith.Sub"),
    ("Arith.", "rpc: can't find method Arith."),
    ("Arith.Add.", "rpc: can't find service Arith.Add."),
    ("arith.Add", "rpc: can't find service arith.Add"),
    ("Arith.add", "rpc: can't find method Arith.add"),
  ])
  func `what is not found is named in Go's words`(serviceMethod: String, expected: String) throws {
    try registerService(as: "Arith")

    let text = text(serviceMethod)

    #expect(text == expected)
  }

  @Test func `names are equal when their bytes are, not when they look the same`() throws {
    let composed = "Caf\u{E9}.Open"
    let decomposed = "Cafe\u{301}.Open"
    try register(composed)

    let other = text(decomposed)

    #expect(text(composed) == nil)
    #expect(other == "rpc: can't find service " + decomposed)
    try register(decomposed)
    #expect(try registry.method(named: decomposed) !== registry.method(named: composed))
  }

  @Test func `two methods of one service may look the same`() throws {
    let methods = ["caf\u{E9}", "cafe\u{301}"].map { RPCMethod<Arith>($0) { (_, args: Args) in args } }

    try registerService(as: "Arith", methods)

    #expect(text("Arith.caf\u{E9}") == nil)
    #expect(text("Arith.cafe\u{301}") == nil)
  }

  @Test func `a dot separates also before a character that combines with it`() throws {
    try register("A.\u{301}b")

    let found = text("A.\u{301}b")

    #expect(found == nil)
    #expect(text("A.b") == "rpc: can't find method A.b")
  }

  // MARK: Registering

  @Test func `a service is registered once`() throws {
    try registerService(as: "Arith")

    #expect(throws: RegistrationError.duplicateService(name: "Arith")) { try registerService(as: "Arith") }
  }

  @Test func `one service may have several names`() throws {
    try registerService(as: "Arith")
    try registerService(as: "newServer.Arith")

    let texts = [text("Arith.Add"), text("newServer.Arith.Add")]

    #expect(texts == [nil, nil])
  }

  @Test func `methods can be added to a service one by one`() throws {
    try register("Clock.Now")
    try register("Clock.Zone")

    let texts = [text("Clock.Now"), text("Clock.Zone"), text("Clock.Set")]

    #expect(texts == [nil, nil, "rpc: can't find method Clock.Set"])
  }

  @Test func `a method can be added to a registered service`() throws {
    try registerService(as: "Arith")

    try register("Arith.Sub")

    #expect(text("Arith.Sub") == nil)
    #expect(text("Arith.Add") == nil)
  }

  @Test func `a method is registered once`() throws {
    try registerService(as: "Arith")

    let duplicate = RegistrationError.duplicateMethod(serviceMethod: "Arith.Add")

    #expect(throws: duplicate) { try register("Arith.Add") }
  }

  @Test func `a service whose name has been taken by single methods is refused`() throws {
    try register("Arith.Sub")

    #expect(throws: RegistrationError.duplicateService(name: "Arith")) { try registerService(as: "Arith") }
    #expect(text("Arith.Add") == "rpc: can't find method Arith.Add")
  }

  @Test func `a service without methods is refused`() {
    #expect(throws: RegistrationError.noMethods(type: "Arith")) { try registerService(as: "Arith", []) }
  }

  @Test func `a service without a name is refused`() {
    #expect(throws: RegistrationError.missingServiceName(type: "Arith")) { try registerService(as: "") }
  }

  @Test func `a service that names a method twice is refused, and nothing of it is registered`() {
    let methods = [RPCMethod("Add", Arith.add), RPCMethod("Add", Arith.multiply)]

    #expect(throws: RegistrationError.duplicateMethod(serviceMethod: "Arith.Add")) {
      try registerService(as: "Arith", methods)
    }
    #expect(text("Arith.Add") == "rpc: can't find service Arith.Add")
  }

  @Test(arguments: ["", "A.B", ".", "A.\u{301}B"])
  func `a method's name may not be empty or contain a dot`(name: String) {
    let methods = [RPCMethod(name, Arith.add)]

    #expect(throws: RegistrationError.illFormedName(name)) { try registerService(as: "Arith", methods) }
  }

  @Test(arguments: ["", "Add", ".Add", "Arith.", "."])
  func `a full name has a service and a method`(name: String) {
    #expect(throws: RegistrationError.illFormedName(name)) { try register(name) }
  }

  // Go: rpc/server.go, register(): the duplicate check comes last.
  @Test func `a service that is wrong in two ways is refused for its methods first`() throws {
    try registerService(as: "Arith")

    #expect(throws: RegistrationError.noMethods(type: "Arith")) { try registerService(as: "Arith", []) }
  }

  @Test func `registering and finding may happen at the same time`() async throws {
    await withTaskGroup(of: Bool.self) { group in
      for number in 0..<200 {
        group.addTask { (try? register("S\(number).M")) != nil }
        group.addTask { text("S\(number).M")?.hasSuffix("S\(number).M") ?? true }
      }
      let isFine = await group.allSatisfy { $0 }
      #expect(isFine)
    }

    #expect((0..<200).allSatisfy { text("S\($0).M") == nil })
  }

  @Test func `of many who register one name, one succeeds`() async {
    let successes = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<100 { group.addTask { (try? register("S.M")) != nil } }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }

    #expect(successes == 1)
  }

  // Go: rpc/server.go, call(); GO-BEHAVIOUR.md, 24.
  @Test func `a call is counted whether it fails or not, and a request that cannot be decoded is not`()
    async throws
  {
    let arith = Arith()
    try registry.register(arith, as: "Arith", methods: Arith.methods, execution: nil)
    let method = try registry.method(named: "Arith.Div")
    let context = RPCContext(serviceMethod: "Arith.Div", connection: .forTests)

    for argument in [#"{"A":6,"B":2}"#, #"{"A":6,"B":0}"#, #"{"A":"six"}"#] {
      _ = await method.outcome(of: Body(bytes: ByteBuffer(string: argument), coder: LineCoder()), context)
    }

    #expect(method.numberOfCalls == 2)
  }
}

extension MethodFunction {
  /// A function that takes no argument.
  static func answering(_ reply: String) -> MethodFunction {
    .synchronous { (_: Empty, _) in reply }
  }
}

extension ConnectionInfo {
  static var forTests: ConnectionInfo {
    ConnectionInfo(peer: .local, endpoint: nil, codec: .line, logger: .silent)
  }
}

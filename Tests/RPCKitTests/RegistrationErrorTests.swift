import RPCKit
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RegistrationErrorTests {
  // Go: rpc/server.go, register(); GO-BEHAVIOUR.md, 14.
  @Test(arguments: [
    (
      RegistrationError.duplicateService(name: "net.rpc.Arith"), "rpc: service already defined: net.rpc.Arith"
    ),
    (.missingServiceName(type: "Arith"), "rpc.Register: no service name for type Arith"),
    (.noMethods(type: "Arith"), "rpc.Register: type Arith has no exported methods of suitable type"),
    (.illFormedName("Arith"), "rpc: service/method request ill-formed: Arith"),
    (.duplicateMethod(serviceMethod: "Arith.Add"), "rpc: method already defined: Arith.Add"),
  ])
  func `an error has Go's text where Go has one`(error: RegistrationError, expected: String) {
    let text = String(describing: error)

    #expect(text == expected)
  }
}

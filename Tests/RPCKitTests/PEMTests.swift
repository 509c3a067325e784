import RPCKit
import Testing

@Suite(.timeLimit(.minutes(1)))
struct PEMTests {
  @Test func `the bytes of a key are shown in no way`() {
    let key = PEM.bytes(Array("-----BEGIN PRIVATE KEY-----\nsecret".utf8))
    let tls = ServerTLS(certificateChain: .file("server.pem"), privateKey: key)
    var dumped = ""
    dump(tls, to: &dumped)

    for text in ["\(tls)", String(reflecting: tls), dumped] {
      #expect(text.contains("server.pem"))
      #expect(text.contains("PEM (34 bytes)"))
      #expect(text.contains("secret") == false)
      #expect(text.contains("115") == false)
    }
  }
}

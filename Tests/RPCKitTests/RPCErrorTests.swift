import RPCKit
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RPCErrorTests {
  @Test(arguments: [
    (RPCError.server(ServerError("divide by zero")), "divide by zero"),
    // Go: rpc/client.go, ErrShutdown.
    (.shutdown, "connection is shut down"),
    (.connectionLost(reason: "unexpected EOF"), "connection lost: unexpected EOF"),
    (
      .protocolViolation(.malformed(reason: "x", offset: 1)),
      "the server sent something that is not the protocol: x at byte 1"
    ),
    (.connectFailed(.tcp("a", port: 1), reason: "x"), "cannot connect to tcp://a:1: x"),
    (.connectFailed(nil, reason: "x"), "cannot connect: x"),
    (.listenFailed(.unix("/a"), reason: "x"), "cannot listen on unix:///a: x"),
    (.timedOut(after: .seconds(2)), "no answer within 2 seconds"),
    (.cancelled, "the call was cancelled"),
    (.tooManyCalls, "too many calls in flight"),
    (.argumentNotEncodable(ServerError("x")), "cannot encode the argument: x"),
    (.interceptor(ServerError("x")), "an interceptor refused the call: x"),
    (.replyNotDecodable(ServerError("x")), "cannot decode the reply: x"),
  ])
  func `an error's text says what happened, in Go's words where Go has them`(
    error: RPCError,
    expected: String
  ) {
    let text = String(describing: error)

    #expect(text == expected)
  }
}

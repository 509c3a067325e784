import Foundation
import RPCKit

/// Certificates of every kind, made by openssl once in each run of the tests, beside the tests' own programs.
struct Certificates: Sendable {
  /// Whose certificate it is, and what is wrong with it.
  enum Name: String, Sendable {
    /// The authority that the tests trust, and one that they do not.
    case authority = "ca"
    case otherAuthority
    /// For localhost and 127.0.0.1.
    case server
    /// The same, but it ended yesterday.
    case expired
    /// The same, but by itself.
    case selfSigned
    /// For elsewhere.example.
    case elsewhere
    /// A client's.
    case alice
    /// A client's, by the other authority.
    case stranger
  }

  static func made() async throws -> Certificates { try await shared.value }

  private static let shared = Task { try await make() }

  let directory: URL

  func certificate(_ name: Name) -> PEM { .file(certificateFile(name)) }
  func key(_ name: Name) -> PEM { .file(keyFile(name)) }
  func certificateFile(_ name: Name) -> String { directory.appending(path: "\(name.rawValue).pem").path }
  func keyFile(_ name: Name) -> String { directory.appending(path: "\(name.rawValue).key").path }

  /// A client's certificate and key.
  func identity(_ name: Name) -> ClientTLS.Identity {
    ClientTLS.Identity(certificateChain: certificate(name), privateKey: key(name))
  }

  /// What a server with this certificate is configured with.
  func server(
    _ name: Name = .server,
    clients: ServerTLS.ClientCertificates = .ignored
  ) -> ServerTLS {
    ServerTLS(certificateChain: certificate(name), privateKey: key(name), clientCertificates: clients)
  }

  /// What a client is configured with that trusts the authority.
  func client(_ identity: Name? = nil) -> ClientTLS {
    var tls = ClientTLS()
    tls.trustRoots = .pem(certificate(.authority))
    tls.identity = identity.map(self.identity)
    return tls
  }

  // MARK: Making them

  private static func make() async throws -> Certificates {
    let directory = Programs.directory.appending(path: "certificates")
    try? FileManager.default.removeItem(at: directory)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let certificates = Certificates(directory: directory)
    let here = "DNS:localhost,IP:127.0.0.1"
    try await certificates.issue(.authority, "/CN=RPCKit test authority")
    try await certificates.issue(.otherAuthority, "/CN=Another authority")
    try await certificates.issue(.server, "/CN=server", names: here, by: .authority)
    try await certificates.issue(.selfSigned, "/CN=server", names: here)
    try await certificates.issue(.elsewhere, "/CN=server", names: "DNS:elsewhere.example", by: .authority)
    try await certificates.issue(.stranger, "/CN=stranger", by: .otherAuthority)
    try await certificates.issue(
      .alice,
      "/O=RPCKit/CN=alice",
      names: "DNS:alice.example,URI:spiffe://example.org/alice,IP:192.0.2.7,email:alice@example.org",
      by: .authority
    )
    try await certificates.issueExpired("/CN=server", names: here)
    return certificates
  }

  private func issue(_ name: Name, _ subject: String, names: String? = nil, by authority: Name? = nil)
    async throws
  {
    var arguments = ["req", "-x509", "-days", "2", "-subj", subject] + newKey(name)
    arguments += ["-out", certificateFile(name)]
    if let names { arguments += ["-addext", "subjectAltName=\(names)"] }
    if let authority {
      arguments += ["-CA", certificateFile(authority), "-CAkey", keyFile(authority)]
      arguments += ["-addext", "basicConstraints=CA:FALSE"]
    }
    try await openssl(arguments)
  }

  /// `req` makes none that have ended; `x509` does, of a request.
  private func issueExpired(_ subject: String, names: String) async throws {
    let request = directory.appending(path: "expired.csr").path
    let subject = ["-subj", subject, "-addext", "subjectAltName=\(names)"]
    try await openssl(["req"] + newKey(.expired) + subject + ["-out", request])
    let authority = ["-CA", certificateFile(.authority), "-CAkey", keyFile(.authority)]
    let kept = ["-copy_extensions", "copy", "-out", certificateFile(.expired)]
    try await openssl(["x509", "-req", "-in", request, "-days", "-1"] + authority + kept)
  }

  private func newKey(_ name: Name) -> [String] {
    ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", keyFile(name)]
  }

  private func openssl(_ arguments: [String]) async throws {
    let openssl = try await run(Peer.openssl.required(), arguments)
    guard openssl.status == 0 else { throw NotIssued(errors: openssl.errors) }
  }

  struct NotIssued: Error {
    var errors: String
  }
}

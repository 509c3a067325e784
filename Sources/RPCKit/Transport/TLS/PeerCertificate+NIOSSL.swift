#if TLS
  import NIOCore
  import NIOSSL

  extension PeerCertificate {
    init(_ certificate: NIOSSLCertificate) {
      // Where there are several, the last one is the most specific.
      let commonName = certificate.subjectName.last { $0.type == .commonName }?.value
      // What came in DER form goes out in it.
      self.init(commonName: commonName, derBytes: (try? certificate.toDERBytes()) ?? [])
      for name in certificate._subjectAlternativeNames() {
        let text = String(decoding: name.contents, as: UTF8.self)
        switch name.nameType {
        case .dnsName: dnsNames.append(text)
        case .uri: uris.append(text)
        case .email: emailAddresses.append(text)
        case .ipAddress:
          let address = try? SocketAddress(packedIPAddress: ByteBuffer(bytes: name.contents), port: 0)
          if let address = address?.ipAddress { ipAddresses.append(address) }
        default: break
        }
      }
    }
  }
#endif

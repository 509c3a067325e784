package endpoint

import (
	"crypto/tls"
	"crypto/x509"
	"flag"
	"fmt"
	"os"
)

// TLS is what a tls:// endpoint needs: files in PEM form, any of which may be missing where it is not used.
type TLS struct {
	Authorities, Certificate, Key string
}

// Flags declares the three files as options of a program.
func (t *TLS) Flags(authorities, use string) {
	flag.StringVar(&t.Authorities, authorities, "", use)
	flag.StringVar(&t.Certificate, "cert", "", "the certificate to show, for a tls:// endpoint")
	flag.StringVar(&t.Key, "key", "", "its private key")
}

// server is the configuration of a listener: with authorities, its clients must show a certificate of one of them.
func (t TLS) server() (*tls.Config, error) {
	config, err := t.config()
	if err == nil && config.RootCAs != nil {
		config.ClientCAs, config.RootCAs = config.RootCAs, nil
		config.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return config, err
}

// config is the configuration of a client: without authorities, those of the system are believed.
func (t TLS) config() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if t.Authorities != "" {
		text, err := os.ReadFile(t.Authorities)
		if err != nil {
			return nil, err
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("no certificates in %s", t.Authorities)
		}
	}
	if t.Certificate != "" {
		certificate, err := tls.LoadX509KeyPair(t.Certificate, t.Key)
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{certificate}
	}
	return config, nil
}

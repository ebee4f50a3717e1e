package config

import (
	"crypto/rsa"
	"crypto/tls"
	"fmt"
	"os"
	"strings"
)

// minRSA is the shortest key that is taken, in bits.
const minRSA = 2048

// readPair reads certificate and key into ClientPair and checks that they are
// what the server can prove itself with.
func (c *Config) readPair(given *inputs) {
	cert, err := os.ReadFile(c.ClientCert)
	if err != nil {
		given.report("CLIENT_CERT", "%w; name a file that this program may read", err)
	}
	key, err := os.ReadFile(c.ClientKey)
	if err != nil {
		given.report("CLIENT_KEY", "%w; name a file that this program may read", err)
	}
	if given.bad["CLIENT_CERT"] || given.bad["CLIENT_KEY"] {
		return
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		given.report("CLIENT_KEY", "it is not the key of %sCLIENT_CERT: %s; give both in PEM, the key not encrypted",
			Prefix, strings.TrimPrefix(err.Error(), "tls: "))
		return
	}
	rsaKey, ok := pair.PrivateKey.(*rsa.PrivateKey)
	if !ok || rsaKey.N.BitLen() < minRSA {
		given.report("CLIENT_KEY", "it is not an RSA key of %d bits or more, which PS256 needs; "+
			"make another, with a certificate for it", minRSA)
		return
	}
	c.ClientPair = NewSecret(fmt.Sprintf("%s\n%s", cert, key))
}

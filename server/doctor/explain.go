package doctor

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"
	"os"
	"syscall"
)

// unreached says in a sentence why an address gave no answer, and what to do.
func unreached(err error) (why, advice string) {
	var address *url.Error
	if errors.As(err, &address) {
		err = address.Err
	}
	var (
		unknown  x509.UnknownAuthorityError
		invalid  x509.CertificateInvalidError
		hostname x509.HostnameError
		name     *net.DNSError
	)
	switch {
	case errors.Is(err, errElsewhere):
		return "It redirects to another place, which is not followed.", "Give the address that it redirects to, if that is the right one."
	case errors.As(err, &unknown):
		return "Its certificate is from an authority that this machine does not know.",
			"Install the authority's certificate on this machine; a proxy that opens TLS has one of its own."
	case errors.As(err, &hostname):
		return "Its certificate is for another name.", "Give the name that is in the certificate, or look for what stands in between."
	case errors.As(err, &invalid):
		return "Its certificate is not valid: " + brief(invalid.Error()) + ".", "Compare this machine's clock; else the certificate must be renewed there."
	case errors.Is(err, http.ErrSchemeMismatch):
		return "It does not speak TLS.", "Compare the port and the scheme."
	case errors.As(err, &name) && name.IsNotFound:
		return "There is no such host.", "Compare the spelling, and the name servers of this machine."
	case errors.Is(err, syscall.ECONNREFUSED):
		return "Nothing listens there.", "Compare the port, and whether it is running."
	case errors.Is(err, context.Canceled):
		return "The examination was ended.", ""
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), os.IsTimeout(err):
		return "It did not answer in time.",
			"Look for a firewall, or a proxy that must be named in HTTPS_PROXY, between this machine and it."
	}
	return "It cannot be reached: " + brief(err.Error()) + ".", "Look whether this machine reaches it at all."
}

// silent is the finding for an address that gave no answer.
func silent(address string, err error, settings ...string) Finding {
	why, advice := unreached(err)
	return failed("No answer from "+address+". "+why).advise(advice, settings...)
}

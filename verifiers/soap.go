package verifiers

import (
	"encoding/xml"
	"net/http"
	"slices"

	"keyward/models"
)

// descriptions are the roots of WSDL 1.1 and 2.0.
var descriptions = []xml.Name{
	{Space: "http://schemas.xmlsoap.org/wsdl/", Local: "definitions"},
	{Space: "http://www.w3.org/ns/wsdl", Local: "description"},
}

// newSOAP reads the description of a SOAP service. Nothing smaller can be asked of every one.
func newSOAP() web {
	return web{
		request: get,
		accept:  "text/xml, application/wsdl+xml, application/xml",
		judge: func(_ map[string]string, a answer) Result {
			if a.status == http.StatusOK && slices.Contains(descriptions, rootOf(a.body)) {
				return accepted()
			}
			return unavailable(models.ReasonUnexpectedResponse)
		},
	}
}

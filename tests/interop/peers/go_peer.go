// Go's mime/multipart in the consensus test; protocol.py tells the protocol.
package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"os"
	"strings"
)

type part struct {
	Name     string  `json:"name"`
	Filename *string `json:"filename"`
	Sha256   string  `json:"sha256"`
	Size     int     `json:"size"`
}

type answer struct {
	Accepted bool   `json:"accepted"`
	Parts    []part `json:"parts"`
	Error    string `json:"error,omitempty"`
}

// The file name as sent: FileName() would cut a path off, and gives "" for a field.
func filename(p *multipart.Part) *string {
	_, parameters, err := mime.ParseMediaType(p.Header.Get("Content-Disposition"))
	if err != nil {
		return nil
	}
	raw, there := parameters["filename"]
	if !there {
		return nil
	}
	encoded := base64.StdEncoding.EncodeToString([]byte(raw))
	return &encoded
}

func read(contentType string, body []byte) ([]part, error) {
	kind, parameters, err := mime.ParseMediaType(contentType)
	if err != nil {
		return nil, err
	}
	if kind != "multipart/form-data" || parameters["boundary"] == "" {
		return nil, errors.New("no form")
	}
	parts := []part{}
	form := multipart.NewReader(bytes.NewReader(body), parameters["boundary"])
	for {
		p, err := form.NextPart()
		if err == io.EOF {
			return parts, nil
		}
		if err != nil {
			return nil, err
		}
		data, err := io.ReadAll(p)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(data)
		parts = append(parts, part{base64.StdEncoding.EncodeToString([]byte(p.FormName())), filename(p),
			hex.EncodeToString(sum[:]), len(data)})
	}
}

func main() {
	in := bufio.NewReader(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	os.Stdout.WriteString("{}\n")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		fields := strings.Split(strings.TrimSuffix(line, "\n"), " ")
		contentType, _ := base64.StdEncoding.DecodeString(fields[0])
		body, _ := base64.StdEncoding.DecodeString(fields[1])
		parts, err := read(string(contentType), body)
		a := answer{Accepted: err == nil, Parts: parts}
		if err != nil {
			a.Error = err.Error()
		}
		out.Encode(a)
	}
}

// Package auth finds out who is calling: an API token, or a person signed in by a link or by an identity provider. It
// hands a models.Caller to whoever asks, and holds the rules of who may call at all: tokens, sessions, members and
// invitations. What a caller may do with credentials and flows is vault's to say.
//
// Every token, link and invitation is looked up by its hash each time it is used, so that taking one back works at once.
package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"hash/crc32"
	"strings"
)

// What a text begins with lets people and secret scanners recognise it, and keeps a link from being used as a token.
const (
	TokenPrefix      = "kw_"
	linkPrefix       = "kwl_"
	invitationPrefix = "kwi_"
)

const (
	randomBytes   = 20 // 160 bits
	checksumBytes = 4
)

var encoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding) //nolint:gochecknoglobals // immutable

// newToken makes the prefix, then 160 random bits and their CRC-32 in base32. The checksum tells a mistyped token from an
// unknown one without a look into the database.
func newToken(prefix string) string {
	raw := make([]byte, randomBytes, randomBytes+checksumBytes)
	_, _ = rand.Read(raw) // never fails: it would end the program
	return prefix + encoding.EncodeToString(binary.BigEndian.AppendUint32(raw, crc32.ChecksumIEEE(raw)))
}

// wellFormed reports whether the text can be a token of the prefix at all.
func wellFormed(prefix, token string) bool {
	text, ok := strings.CutPrefix(token, prefix)
	if !ok {
		return false
	}
	raw, err := encoding.DecodeString(text)
	if err != nil || len(raw) != randomBytes+checksumBytes {
		return false
	}
	return crc32.ChecksumIEEE(raw[:randomBytes]) == binary.BigEndian.Uint32(raw[randomBytes:])
}

// hashOf is what is stored: 160 random bits can't be guessed, so no slow hash is needed.
func hashOf(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

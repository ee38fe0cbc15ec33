// Package auth finds out who is calling. It hands a models.Caller to whoever asks; what the caller may do is vault's to
// say.
package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"hash/crc32"
	"strings"
)

// TokenPrefix lets people and secret scanners recognise a token.
const TokenPrefix = "kw_"

const (
	randomBytes   = 20 // 160 bits
	checksumBytes = 4
)

var encoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding) //nolint:gochecknoglobals // immutable

// newToken makes kw_, then 160 random bits and their CRC-32 in base32. The checksum tells a mistyped token from an
// unknown one without a look into the database.
func newToken() string {
	raw := make([]byte, randomBytes, randomBytes+checksumBytes)
	_, _ = rand.Read(raw) // never fails: it would end the program
	return TokenPrefix + encoding.EncodeToString(binary.BigEndian.AppendUint32(raw, crc32.ChecksumIEEE(raw)))
}

// wellFormed reports whether the text can be a token at all.
func wellFormed(token string) bool {
	text, ok := strings.CutPrefix(token, TokenPrefix)
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

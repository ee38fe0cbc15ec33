package seal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

// maxKeyFile bounds what is read: a keyset of a hundred keys is smaller.
const maxKeyFile = 64 << 10 // bytes

// OpenKeyFile opens the key-encryption key in a file: a Tink keyset as JSON, for its owner's eyes only. A missing file
// is fs.ErrNotExist.
func OpenKeyFile(path string) (*KEK, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the key file %s is missing: put it back, or its copy: %w", path, fs.ErrNotExist)
	}
	if err != nil {
		return nil, fmt.Errorf("the key file can't be opened: %w", err)
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("the key file can't be looked at: %w", err)
	}
	if info.IsDir() {
		return nil, fmt.Errorf("the key file %s is a folder: name the file in it", path)
	}
	if !private(info) {
		return nil, fmt.Errorf("the key file %s is open to others than its owner: chmod 600 %s (of a file that another user owns, our group may read it, as Kubernetes' fsGroup has it: chmod 440)", path, path)
	}
	text, err := io.ReadAll(io.LimitReader(file, maxKeyFile))
	if err != nil {
		return nil, fmt.Errorf("the key file can't be read: %w", err)
	}
	// Tink's own errors may quote what they could not parse.
	notAKey := fmt.Errorf("the key file %s holds no whole key: put its copy back", path)
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(text)))
	if err != nil {
		return nil, notAKey
	}
	wrapper, err := aead.New(handle)
	if err != nil {
		return nil, notAKey
	}
	return &KEK{aead: wrapper}, nil
}

// private reports whether a key file is open to its owner only. One that another user owns, such as a mounted secret,
// can be read through a group alone: that group, and nobody else, may read it and nobody may write it.
func private(info fs.FileInfo) bool {
	if info.Mode().Perm()&0o077 == 0 {
		return true
	}
	owner, known := info.Sys().(*syscall.Stat_t)
	return known && int(owner.Uid) != os.Geteuid() && info.Mode().Perm()&0o237 == 0
}

// CreateKeyFile makes a new key-encryption key and stores it durably in a file of mode 0600. It never replaces a file,
// however many try at once: all but one get fs.ErrExist, and nobody ever sees half a file.
func CreateKeyFile(path string) (*KEK, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	wrapper, err := aead.New(handle)
	if err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	var text bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&text)); err != nil {
		return nil, fmt.Errorf("encode a key: %w", err)
	}
	if err := publish(path, text.Bytes()); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return nil, fmt.Errorf("the key file %s is there already and stays as it is: %w", path, fs.ErrExist)
		}
		return nil, fmt.Errorf("the key file %s can't be made: %w", path, err)
	}
	return &KEK{aead: wrapper}, nil
}

// publish writes beside the path and links the finished file there: unlike a rename, a link never replaces.
func publish(path string, content []byte) error {
	dir := filepath.Dir(path)
	file, err := os.CreateTemp(dir, ".key-*") // 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file.Name()) }()
	_, err = file.Write(content)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := os.Link(file.Name(), path); err != nil {
		return err
	}
	folder, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

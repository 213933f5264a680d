package httpx

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"hongniang/internal/errs"
)

// TokenFile is the file of the data directory that holds the generated token.
const TokenFile = "staff.token"

// StaffToken reads the staff token of a data directory, and makes one of 192
// random bits when there is none. The file is readable by its owner alone.
func StaffToken(dir string) (string, error) {
	path := filepath.Join(dir, TokenFile)
	data, err := os.ReadFile(path)
	if token := strings.TrimSpace(string(data)); err == nil && token != "" {
		return token, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", tokenError(err, path)
	}
	var b [24]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", tokenError(err, path)
	}
	token := base64.RawURLEncoding.EncodeToString(b[:])
	if err := errors.Join(os.WriteFile(path, []byte(token+"\n"), 0o600), os.Chmod(path, 0o600)); err != nil {
		return "", tokenError(err, path)
	}
	return token, nil
}

func tokenError(err error, path string) error {
	return errs.Wrap(err, errs.Internal, "staff.token_file", "工作人员令牌文件 "+path+" 不能读写，请检查数据目录的权限。")
}

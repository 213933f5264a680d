package main

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"hongniang/internal/errs"
)

// decodeText reads a text file as UTF-8 (with or without a byte order mark) or
// as GB18030, of which GBK is a part.
func decodeText(data []byte) (string, error) {
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	if bytes.IndexByte(data, 0) >= 0 {
		return "", errs.New(errs.Invalid, "match.binary", "这不是文本文件。请打开文件，把难题的文字复制出来另存为 .txt。")
	}
	if utf8.Valid(data) {
		return string(data), nil
	}
	text, err := simplifiedchinese.GB18030.NewDecoder().String(string(data))
	if err != nil || strings.ContainsRune(text, utf8.RuneError) {
		return "", errs.New(errs.Invalid, "match.charset", "认不出文件的文字编码（既不是 UTF-8，也不是 GBK），请另存为 UTF-8 文本再试。")
	}
	return text, nil
}

package zh

import (
	"sync"

	"github.com/longbridgeapp/opencc"
)

// traditional is OpenCC's conversion by phrases, loaded at the first call: it
// takes a moment and some megabytes that most installations never need. nil when
// it cannot be loaded.
var traditional = sync.OnceValue(func() *opencc.OpenCC {
	converter, err := opencc.New("s2t")
	if err != nil {
		return nil
	}
	return converter
})

// Traditional gives a text in traditional characters for display, by phrases:
// 头发 is 頭髮, 发展 is 發展. What OpenCC does not know stays as it is. The way back is
// Fold, which search uses; what is stored is never converted.
func Traditional(text string) string {
	converter := traditional()
	if converter == nil {
		return text
	}
	out, err := converter.Convert(text)
	if err != nil {
		return text
	}
	return out
}

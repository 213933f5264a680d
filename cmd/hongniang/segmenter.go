package main

import (
	"hongniang/configs"
	"hongniang/internal/zh/segment"
)

// newSegmenter starts to load the dictionary with the embedded user words.
func newSegmenter() *segment.Segmenter {
	words, err := configs.Files.ReadFile("userdict.txt")
	if err != nil {
		words = nil // the file is embedded: it is there
	}
	return segment.New(string(words))
}

package main_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkImport10000Binary imports a CSV file of 10,000 results with the real
// program into a new data directory: store and index, start and end included.
func BenchmarkImport10000Binary(b *testing.B) {
	var file bytes.Buffer
	file.WriteString("成果名称,成果类别,成果简介,关键词,完成单位,地区,成熟度等级\n")
	for i := range 10_000 {
		fmt.Fprintf(&file, "第%d号可调式中心架,小发明,一种装拆方便的细长轴支承装置，用于卧式车床加工细长轴时抑制振动，装拆只需%d分钟。,细长轴；中心架；振动,示例机械%d厂,威海市,8\n", i, i%60, i%500)
	}
	path := filepath.Join(b.TempDir(), "results.csv")
	if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if got := imported(b, "result", path, "--data", filepath.Join(b.TempDir(), "data")); got.Created != 10_000 {
			b.Fatalf("%+v", got)
		}
	}
}

// BenchmarkStart starts the service on a directory that holds the demo data
// until it is ready.
func BenchmarkStart(b *testing.B) {
	dir := demoDir(b)
	for b.Loop() {
		s := serve(b, dir)
		b.StopTimer()
		s.stop()
		b.StartTimer()
	}
}

// BenchmarkStartNew starts the service on a new directory with --demo.
func BenchmarkStartNew(b *testing.B) {
	for b.Loop() {
		s := serve(b, filepath.Join(b.TempDir(), "data"), "--demo")
		b.StopTimer()
		s.stop()
		b.StartTimer()
	}
}

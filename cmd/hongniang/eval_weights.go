package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"hongniang/internal/errs"
	"hongniang/matcher"
)

// weightsFlag names a file of weights to rank with.
type weightsFlag struct{ path string }

func (f *weightsFlag) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.path, "weights", "", "权重文件：eval fit 写出的，或只有权重的 JSON（没写的同程序自带）")
}

// read gives the weights of the file, nil without one, and tells when the file
// itself wants the ones set by hand to be used. What is typed into the search is
// not weighed by them.
func (f weightsFlag) read(kind string, notices io.Writer) (*matcher.Weights, error) {
	switch {
	case f.path == "":
		return nil, nil
	case kind == "search":
		return nil, errs.New(errs.Invalid, "eval.weights_kind", "--weights 是匹配的权重，只用于 --kind result 和 expert。")
	}
	weights, used, err := matcher.ReadTrialWeights(f.path)
	if err == nil && !used {
		_, err = fmt.Fprintf(notices, "提示：“%s”写明不启用（没有显著好于手工权重），这里用程序自带的权重；要试用，把其中的 weights 单独存成文件。\n", f.path)
	}
	return &weights, err
}

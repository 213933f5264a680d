package main

import (
	"github.com/spf13/cobra"
)

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "hongniang",
		Short:         "技术红娘：企业技术需求与成果、专家的匹配服务",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.AddCommand(newEval())
	return root
}

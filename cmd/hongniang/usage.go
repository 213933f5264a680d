package main

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hongniang/internal/errs"
)

// usageError says what of a command line cannot be understood, and how the
// command is written.
func usageError(cmd *cobra.Command, what string) error {
	return errs.New(errs.Invalid, "command.usage", fmt.Sprintf("%s写法：%s；详细说明：%s --help 。", what, cmd.UseLine(), cmd.CommandPath()))
}

// exactly wants n arguments.
func exactly(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == n {
			return nil
		}
		return usageError(cmd, fmt.Sprintf("这条命令要 %d 个参数，给了 %d 个。", n, len(args)))
	}
}

// atLeastOne wants one argument or more.
func atLeastOne(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return nil
	}
	return usageError(cmd, "这条命令至少要一个参数。")
}

// needFlags wants every named flag to be given.
func needFlags(cmd *cobra.Command, names ...string) error {
	var missing []string
	for _, name := range names {
		if !cmd.Flags().Changed(name) {
			missing = append(missing, "--"+name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return usageError(cmd, "还缺选项 "+strings.Join(missing, "、")+" 。")
}

// needOneFlag wants exactly one of the named flags.
func needOneFlag(cmd *cobra.Command, names ...string) error {
	given := 0
	for _, name := range names {
		if cmd.Flags().Changed(name) {
			given++
		}
	}
	if given == 1 {
		return nil
	}
	return usageError(cmd, fmt.Sprintf("选项 --%s 要给一个，且只能给一个。", strings.Join(names, "、--")))
}

// flagError puts what the library says of a flag into words.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var bare *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		name := unknown.GetSpecifiedName()
		if short := unknown.GetSpecifiedShortnames(); len(short) > 0 && short[0] >= utf8.RuneSelf {
			name = short // the library takes the first byte of a Chinese word for the name
		}
		said := fmt.Sprintf("没有“%s”这个选项。", name)
		if cmd.Name() == "search" {
			said += "检索式以减号开头时，前面加 -- ，如 hongniang search -- '-风电 叶片'。"
		}
		return usageError(cmd, said)
	case errors.As(err, &bare):
		return usageError(cmd, fmt.Sprintf("选项 --%s 后面要有一个值。", bare.GetSpecifiedName()))
	case errors.As(err, &invalid):
		return usageError(cmd, fmt.Sprintf("选项 --%s 的值“%s”不能用，应为%s。", invalid.GetFlag().Name, invalid.GetValue(), flagTypes[invalid.GetFlag().Value.Type()]))
	}
	return usageError(cmd, "选项的写法不对。")
}

var flagTypes = map[string]string{"int": "整数", "bool": "true 或 false", "string": "文字", "stringSlice": "用逗号隔开的文字", "uint": "不小于 0 的整数", "uint64": "不小于 0 的整数", "intSlice": "用逗号隔开的整数"}

// usageTemplate is cobra's, in Chinese.
const usageTemplate = `用法：{{if .Runnable}}
  {{.UseLine}}{{end}}{{if .HasAvailableSubCommands}}
  {{.CommandPath}} [命令]{{end}}{{if .HasExample}}

例子：
{{.Example}}{{end}}{{if .HasAvailableSubCommands}}

命令：{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding }} {{.Short}}{{end}}{{end}}{{end}}{{if .HasAvailableLocalFlags}}

选项：
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}{{if .HasAvailableInheritedFlags}}

各命令通用的选项：
{{.InheritedFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}{{if .HasAvailableSubCommands}}

“{{.CommandPath}} 命令 --help”说明一条命令。{{end}}
`

// speakChinese makes help and faults of the command line Chinese.
func speakChinese(root *cobra.Command) {
	root.SetUsageTemplate(usageTemplate)
	root.SetFlagErrorFunc(flagError)
	root.SetHelpCommand(&cobra.Command{Use: "no-help", Hidden: true})
	root.CompletionOptions.DisableDefaultCmd = true
	addHelpFlags(root)
	root.Args = cobra.ArbitraryArgs
	root.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return usageError(cmd, fmt.Sprintf("没有“%s”这条命令。", args[0]))
		}
		return cmd.Help()
	}
}

// addHelpFlags gives every command its --help before cobra does, in English.
func addHelpFlags(cmd *cobra.Command) {
	cmd.Flags().BoolP("help", "h", false, "显示说明")
	for _, sub := range cmd.Commands() {
		addHelpFlags(sub)
	}
}

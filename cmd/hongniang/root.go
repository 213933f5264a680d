package main

import (
	"os"

	"github.com/spf13/cobra"

	"hongniang/internal/config"
)

// app is what every command shares: its flags and its settings.
type app struct {
	configPath string
	data       string // --data, over the setting data.dir
}

func newRoot() *cobra.Command {
	a := &app{}
	root := &cobra.Command{
		Use:   "hongniang",
		Short: "技术红娘：把企业的技术难题，交给解决过它的人",
		Long: "技术红娘：企业技术需求、职工创新成果、专利、专家工匠和创新工作室的登记、检索与匹配。\n" +
			"第一次用：hongniang serve --demo，然后在浏览器打开屏幕上给出的地址。",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.PersistentFlags().StringVar(&a.configPath, "config", "", "设置文件（缺省用内置设置与环境变量 HONGNIANG_*）")
	root.PersistentFlags().StringVar(&a.data, "data", "", "数据目录（缺省为设置 data.dir，即 ./data）")
	root.AddCommand(
		newServe(a), newImport(a), newExport(a), newTemplate(), newSearch(a), newMatch(a),
		newReindex(a), newBackup(a), newDemo(a), newMigrate(a), newUser(a), newPerson(a), newMail(a), newEval(a), newBench(a), newHealthcheck(a), newVersion(),
	)
	speakChinese(root)
	return root
}

// settings reads the settings; --data wins over them.
func (a *app) settings() (config.Config, error) {
	cfg, err := config.Load(a.configPath, os.Environ())
	if err == nil && a.data != "" {
		cfg.Data.Dir = a.data
	}
	return cfg, err
}

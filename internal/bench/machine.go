package bench

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// Machine is on what was measured.
type Machine struct {
	Cores      int    `json:"cores"`
	GOMAXPROCS int    `json:"gomaxprocs"`
	Go         string `json:"go"`
	Platform   string `json:"platform"`
	// Load is how many processes wanted a core in the last minute, before the
	// measurement; 0 where the system does not tell. Above 0.5 or so others
	// disturb what is measured.
	Load float64 `json:"load_average"`
}

// ThisMachine is the one that runs the process.
func ThisMachine() Machine {
	return Machine{
		Cores: runtime.NumCPU(), GOMAXPROCS: runtime.GOMAXPROCS(0), Go: runtime.Version(),
		Platform: runtime.GOOS + "/" + runtime.GOARCH, Load: loadAverage(),
	}
}

// loadAverage reads the first figure of /proc/loadavg.
func loadAverage() float64 {
	data, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(data), " ")
	v, err := strconv.ParseFloat(first, 64)
	if err != nil {
		return 0
	}
	return v
}

// Memory is what a process holds, in MB of 1,000,000 bytes.
type Memory struct {
	Resident float64 `json:"resident_mb"` // 0 where the system does not tell
	// Own is the part of Resident that is no mapped file: files go when somebody
	// else needs the room. 0 where nobody tells.
	Own  float64 `json:"own_mb"`
	Heap float64 `json:"heap_mb"` // Go's live objects
}

// OwnMemory looks at this process after a garbage collection. Resident memory is
// read from /proc and holds what of files is mapped and was touched.
func OwnMemory() Memory {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return Memory{Heap: float64(m.HeapAlloc) / 1e6}
	}
	return Memory{Resident: sizeIn(string(status), "VmRSS:"), Own: sizeIn(string(status), "RssAnon:"), Heap: float64(m.HeapAlloc) / 1e6}
}

// sizeIn reads a size of /proc/self/status, in MB; 0 without.
func sizeIn(status, name string) float64 {
	for line := range strings.Lines(status) {
		if rest, ok := strings.CutPrefix(line, name); ok {
			kb, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 64)
			if err != nil {
				return 0
			}
			return kb * 1024 / 1e6
		}
	}
	return 0
}

// ProcessorTime is how long the processors have worked for this process, all
// threads together; 0 where the system does not tell. It grows in steps of 10 ms.
// On a busy machine it tells more than the time that passes.
func ProcessorTime() time.Duration {
	data, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(data), ") ") // behind the name, which may have spaces
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.ParseInt(fields[11], 10, 64)
	system, _ := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+system) * tick
}

// tick is the unit in which Linux counts processor time, whatever the machine.
const tick = 10 * time.Millisecond
